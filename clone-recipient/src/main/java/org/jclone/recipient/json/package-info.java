/**
 * The JSON that the engine reads and writes: lines of logs, the manifest of a clone. This package knows the format and
 * nothing of what it carries.
 */
package org.jclone.recipient.json;

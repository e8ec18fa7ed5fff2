/**
 * Reads and writes the engine's JSON: lines of logs, and the manifest of a clone. This package knows the format, but not
 * the contents.
 */
package org.jclone.recipient.json;

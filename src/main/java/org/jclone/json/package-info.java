/**
 * JSON that the command line and the daemon share: the writer, and what is known of donors and of a plan. This package
 * must not know who prints it.
 */
package org.jclone.json;

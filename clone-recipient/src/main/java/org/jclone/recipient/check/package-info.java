/**
 * Finds out, without starting a clone and without changing anything, what would stop or spoil one. It is given a
 * connection for statements and opens none itself.
 */
package org.jclone.recipient.check;

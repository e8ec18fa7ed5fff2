/**
 * Makes untrusted text safe to print and to use in a statement. This package must not know where the text comes from or goes.
 */
package org.jclone.protocol.text;

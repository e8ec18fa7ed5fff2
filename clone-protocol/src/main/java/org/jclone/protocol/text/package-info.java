/**
 * Makes untrusted text safe to print, and to use in a statement. It must not know where the text comes from or where it goes.
 */
package org.jclone.protocol.text;

/**
 * Replaces older data with a complete clone, so that one of the two is complete after any interruption. This package
 * knows directories, but not their contents.
 */
package org.jclone.recipient.replace;

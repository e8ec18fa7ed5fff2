/**
 * Explains each error that can occur around a clone, how to find its cause, and what to do. Messages, program and
 * documents use the same text. Also finds clones in logs. This package knows error numbers and names, but not where the
 * errors occur.
 */
package org.jclone.recipient.explain;

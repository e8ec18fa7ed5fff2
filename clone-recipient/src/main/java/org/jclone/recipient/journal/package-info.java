/**
 * What a clone must know after its own death to go on: one file in {@code #clone}, appended to as the clone proceeds,
 * and read once when it is resumed. It knows no connection; what its records mean for the donor is the session's
 * business.
 */
package org.jclone.recipient.journal;

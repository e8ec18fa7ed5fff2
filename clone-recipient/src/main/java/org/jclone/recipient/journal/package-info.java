/**
 * What a clone needs to resume after its process ends: one file in {@code #clone}, which grows as the clone proceeds
 * and is read once when the clone is resumed. This package knows no connection; the session interprets the records
 * towards the donor.
 */
package org.jclone.recipient.journal;

/**
 * Keeps what a clone needs to resume after its process ended: one file in {@code #clone}, which grows during the clone
 * and is read once on resume. This package knows no connection; the session turns the records into commands to the
 * donor.
 */
package org.jclone.recipient.journal;

/**
 * Tells whether what is in a data directory is whole: pages, redo log, and the manifest that a clone leaves. It knows
 * the layout of InnoDB's files, and neither connections nor the order in which a clone comes.
 */
package org.jclone.recipient.verify;

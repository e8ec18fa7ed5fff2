/**
 * Checks whether a data directory is complete and undamaged: pages, redo log, and the manifest of a clone. This package
 * knows the layout of InnoDB's files, but neither connections nor the order of a clone.
 */
package org.jclone.recipient.verify;

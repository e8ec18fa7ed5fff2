/**
 * Changes the target directory: its mark, files, journal and status files, free space, and the remains of an earlier
 * process. This package does not know how the donor's data arrives.
 */
package org.jclone.recipient.target;

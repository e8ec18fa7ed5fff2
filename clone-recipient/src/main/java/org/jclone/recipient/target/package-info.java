/**
 * What happens to the target directory: its mark, files, journal and status files, room for the data, and what an
 * earlier process left. This package does not know how the donor's data gets here.
 */
package org.jclone.recipient.target;

/**
 * The other end of a clone: a donor that serves made data or a cold data directory, and fails on demand. It knows
 * nothing of the recipient that this project has; any client of the clone protocol will do, {@code mysqld} included.
 */
package org.jclone.donor;

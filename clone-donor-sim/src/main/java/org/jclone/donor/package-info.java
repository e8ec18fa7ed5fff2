/**
 * A donor that serves generated data or a cold data directory, and injects faults on demand. It does not depend on this
 * project's recipient: any client of the clone protocol can use it, including {@code mysqld}.
 */
package org.jclone.donor;

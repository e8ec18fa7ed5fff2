/**
 * Runs and their events in one SQLite file, which an operator can open with {@code sqlite3}. Nothing that a run needs
 * is only here; this package does not know how a run works.
 */
package org.jclone.daemon.history;

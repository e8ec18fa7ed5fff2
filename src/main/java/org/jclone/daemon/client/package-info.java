/**
 * Speaks to the daemon's API through its Unix socket, and reads what it says. This package must not know how anything is
 * shown.
 */
package org.jclone.daemon.client;

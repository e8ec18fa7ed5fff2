/**
 * Calls the daemon's API through its Unix socket, and parses the answers. This package must not know how anything is
 * shown.
 */
package org.jclone.daemon.client;

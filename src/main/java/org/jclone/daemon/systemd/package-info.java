/**
 * Reports the daemon's state to the service manager, and takes over the sockets that it opened. This package does not
 * know what the daemon does.
 */
package org.jclone.daemon.systemd;

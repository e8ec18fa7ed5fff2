/**
 * What the service manager is told about the daemon. This package does not know what the daemon does.
 */
package org.jclone.daemon.systemd;

/**
 * What the daemon does for its callers: the HTTP interface, the page, and the commands. {@link
 * org.jclone.daemon.api.DaemonService} is the only entrance; this package knows neither HTTP, nor how a run works.
 */
package org.jclone.daemon.api;

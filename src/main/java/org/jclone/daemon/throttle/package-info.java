/**
 * Which bandwidth limits hold at which time. This package knows neither runs nor servers.
 */
package org.jclone.daemon.throttle;

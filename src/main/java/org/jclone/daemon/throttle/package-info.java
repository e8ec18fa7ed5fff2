/** Decides how fast a copy may be, by a schedule and by the load of its donor. This package does not know runs. */
package org.jclone.daemon.throttle;

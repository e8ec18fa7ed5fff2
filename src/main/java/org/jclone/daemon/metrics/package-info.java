/** Counts what the daemon does. This package must not know how the metrics are requested. */
package org.jclone.daemon.metrics;

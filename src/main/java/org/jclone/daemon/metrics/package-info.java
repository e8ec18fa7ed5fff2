/** Counts what the daemon does. This package must not know how the metrics are asked for. */
package org.jclone.daemon.metrics;

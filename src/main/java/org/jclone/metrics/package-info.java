/**
 * The metrics of jclone, in the text format of Prometheus: those of a single run in a file, and what the daemon adds to.
 * This package must not know who asks for them.
 */
package org.jclone.metrics;

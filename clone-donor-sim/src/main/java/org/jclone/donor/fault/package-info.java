/**
 * Fault scripts: what goes wrong, on which connection, and when. This package handles packets before they are sent. It
 * knows neither channels nor clones. The same script injects the same faults in every run.
 */
package org.jclone.donor.fault;

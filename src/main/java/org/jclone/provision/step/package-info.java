/**
 * Implements the steps of a provisioning run. Each step can be repeated from its start after a process died in it. This
 * package knows neither the order of the steps nor the command line.
 */
package org.jclone.provision.step;

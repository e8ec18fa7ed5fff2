/**
 * The daemon: orders become runs of {@link org.jclone.provision.Provisioning}, one for each target at a time, and each
 * run survives the process. This package knows neither the command line nor HTTP; {@code api} is what callers see of
 * it.
 */
package org.jclone.daemon;

package org.jclone.daemon.api;

/**
 * The answer to an order.
 *
 * @param isNew whether the order began the run; otherwise an earlier order with the same key did
 */
public record StartedRun(RunStatus run, boolean isNew) {}

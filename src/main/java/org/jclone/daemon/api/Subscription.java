package org.jclone.daemon.api;

/** Ends the calls to a {@link RunSubscriber}; one that is in progress may still finish. */
public interface Subscription extends AutoCloseable {

    @Override
    void close();
}

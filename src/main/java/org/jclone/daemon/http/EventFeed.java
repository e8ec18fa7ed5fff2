package org.jclone.daemon.http;

import java.util.List;

/**
 * The source of a stream of events. The stream pulls: it asks for more only after the reader has taken what was sent,
 * so a slow reader costs no memory. All calls come one at a time.
 */
public interface EventFeed extends AutoCloseable {

    /**
     * Some events.
     *
     * @param isMore whether to ask again at once
     * @param isOver whether no event follows these
     */
    record Batch(List<ServerEvent> events, boolean isMore, boolean isOver) {

        public Batch {
            events = List.copyOf(events);
        }
    }

    /** @param wakeUp to be called, on any thread, when {@link #poll} may have something new */
    void open(Runnable wakeUp) throws ProblemException;

    /** Returns the next events, at once. */
    Batch poll() throws ProblemException;

    @Override
    void close();
}

package org.jclone.recipient.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jclone.protocol.clone.command.AttachCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.connection.DataConnection;

/**
 * The data connections besides the main one, from the request for one until it takes part.
 *
 * <p>A worker takes part in the barriers once it executes, which it does when donor and recipient are in the same state. Source: docs/protocol/02-innodb-clone-stream.md, section 2.5.
 */
final class Workers {

    /** COM_ATTACH waits while the donor is between two states, which may take very long. */
    private static final Duration ATTACH_TIMEOUT = Duration.ofMinutes(30);

    private final IntFunction<CompletableFuture<DataConnection>> connector;
    private final Consumer<SessionEvent> events;
    private final AttachCommand attach;

    private final List<DataConnection> waiting = new ArrayList<>();
    private final List<DataConnection> connected = new ArrayList<>();
    private final List<DataConnection> opened = new ArrayList<>();
    private final List<SessionEvent.WorkerAttached> attached = new ArrayList<>();
    private int wanted;
    private int settled;
    private boolean attachable;
    private boolean abandoned;

    /** @param connector opens the data connection of a number */
    Workers(
            IntFunction<CompletableFuture<DataConnection>> connector,
            AttachCommand attach,
            Consumer<SessionEvent> events) {
        this.connector = connector;
        this.attach = attach;
        this.events = events;
    }

    /** Opens connections until there are {@code count} workers, including those being opened. */
    void want(int count) {
        while (wanted < count) {
            wanted++;
            connector.apply(wanted).whenComplete((connection, failure) -> {
                if (failure != null) {
                    events.accept(new SessionEvent.WorkerRefused(failure));
                } else if (opened(connection)) {
                    events.accept(new SessionEvent.WorkerConnected(connection));
                } else {
                    connection.abandon();
                }
            });
        }
    }

    /** Returns how many workers were requested so far. */
    int wanted() {
        return wanted;
    }

    private synchronized boolean opened(DataConnection connection) {
        opened.add(connection);
        return !abandoned;
    }

    /**
     * Abandons all connections, including those being opened. When the result is complete, nothing more of them is
     * written.
     */
    synchronized CompletableFuture<Void> abandon() {
        abandoned = true;
        return CompletableFuture.allOf(
                opened.stream().map(DataConnection::abandon).toArray(CompletableFuture[]::new));
    }

    /** Lets workers attach: all files are known, so they may receive blocks of any file. */
    void allowAttach() {
        attachable = true;
        waiting.forEach(this::attach);
        waiting.clear();
    }

    void onConnected(DataConnection connection) {
        connected.add(connection);
        if (attachable) {
            attach(connection);
        } else {
            waiting.add(connection);
        }
    }

    private void attach(DataConnection connection) {
        connection.call(attach, ATTACH_TIMEOUT).whenComplete((responses, failure) -> {
            if (failure != null) {
                connection.close();
                events.accept(new SessionEvent.WorkerRefused(failure));
            } else {
                events.accept(attachedIn(connection, responses));
            }
        });
    }

    private static SessionEvent attachedIn(DataConnection connection, List<CloneResponse> responses) {
        for (CloneResponse response : responses) {
            if (response instanceof LocatorsResponse found && found.locators().size() == 1) {
                return attachedAt(connection, found.locators().get(0));
            }
        }
        return new SessionEvent.Failed(new UnexpectedPacketException("COM_ATTACH", "an answer without a locator"));
    }

    private static SessionEvent attachedAt(DataConnection connection, LocatorEntry entry) {
        try {
            return new SessionEvent.WorkerAttached(
                    connection, entry.innodbLocator().state());
        } catch (MalformedPacketException e) {
            return new SessionEvent.Failed(e);
        }
    }

    void onAttached(SessionEvent.WorkerAttached worker) {
        attached.add(worker);
    }

    /** Returns the attached workers whose donor task is in {@code state}. They take part from now on. */
    List<DataConnection> takeAttached(SnapshotState state) {
        List<DataConnection> ready = new ArrayList<>();
        attached.removeIf(worker -> worker.donorState() == state && ready.add(worker.connection()));
        settled += ready.size();
        return ready;
    }

    /** Notes that a requested worker will not take part. */
    void onRefused() {
        settled++;
    }

    /** Returns whether all requested workers take part or were refused. */
    boolean isSettled() {
        return settled == wanted;
    }

    /** Returns all open workers, whether they take part or not. */
    List<DataConnection> connected() {
        return connected;
    }
}

package org.jclone.provision.donor;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jclone.protocol.clone.CloneError;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.UnreachableException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.sql.Rows;

/**
 * Checks a donor during its clone, over a separate connection. Reports, long before the time-outs of the clone, that
 * the server was restarted, that it left its group, or that its port is closed. A silent donor is no reason to end the
 * clone: the clone itself waits for a donor that hangs.
 */
final class DonorWatch implements AutoCloseable {

    static final Duration INTERVAL = Duration.ofSeconds(2);

    /** The number of successive checks that must find the port closed. */
    static final int CLOSED = 4;

    /** The start time of the server does not change when its clock is set. It needs no privilege. */
    private static final String IDENTITY = "SELECT @@server_uuid, UNIX_TIMESTAMP() - CAST(variable_value AS SIGNED)"
            + " FROM performance_schema.global_status WHERE variable_name = 'Uptime'";

    private static final String STATE = "SELECT member_state FROM performance_schema.replication_group_members"
            + " WHERE member_id = @@server_uuid";

    private final Server server;
    private final Duration interval;
    private final LongSupplier received;
    private final Consumer<CloneException> onLost;

    private Optional<ServerSession> session = Optional.empty();
    private Optional<String> uuid = Optional.empty();
    private OptionalLong start = OptionalLong.empty();
    private boolean online;
    private int closed;
    private long receivedAtFirstClosed;

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::watch, "jclone-donor-watch");

    /**
     * @param received bytes of the clone so far
     * @param onLost takes the reason, once, on the watch's thread
     */
    DonorWatch(Server server, Duration interval, LongSupplier received, Consumer<CloneException> onLost) {
        this.server = Objects.requireNonNull(server, "server");
        this.interval = interval;
        this.received = received;
        this.onLost = onLost;
    }

    /** Starts a thread that checks at once and after each interval, until the donor is lost or the watch is closed. */
    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            do {
                Optional<CloneException> lost = look();
                if (lost.isPresent() && over.getCount() > 0) {
                    onLost.accept(lost.get());
                    return;
                }
            } while (!over.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            session.ifPresent(ServerSession::close);
        }
    }

    /** Checks once. Returns why the donor is lost; empty if there is no sign of that. */
    Optional<CloneException> look() {
        try {
            if (session.isEmpty()) {
                session = Optional.of(server.connect());
            }
            closed = 0;
            return seen(session.get());
        } catch (ServerException e) {
            session.ifPresent(ServerSession::close);
            session = Optional.empty();
            if (e.number() == CloneError.ER_SERVER_OFFLINE_MODE && online) {
                return lost(CloneErrorCode.DONOR_ERROR, "left its group during the clone: it is in offline mode");
            }
            boolean noListener = e instanceof UnreachableException failure && failure.isNoListener();
            return noListener ? closed(e) : Optional.empty();
        }
    }

    private Optional<CloneException> seen(ServerSession session) throws ServerException {
        Rows identity = session.query(IDENTITY);
        if (identity.isEmpty()) {
            return Optional.empty();
        }
        String seenUuid = identity.text(0, 0);
        OptionalLong seenStart = Rows.number(identity.text(0, 1));
        if (uuid.isEmpty()) {
            uuid = Optional.of(seenUuid);
            start = seenStart;
            online = state(session).equals(Optional.of(DonorFacts.ONLINE));
            return Optional.empty();
        }
        if (!uuid.get().equals(seenUuid)) {
            return Optional.empty(); // behind a router, which says nothing about the donor
        }
        if (!start.equals(seenStart)) {
            return lost(CloneErrorCode.SNAPSHOT_GONE, "was restarted during the clone");
        }
        if (online) {
            Optional<String> state = state(session);
            if (state.isPresent() && !state.get().equals(DonorFacts.ONLINE)) {
                return lost(
                        CloneErrorCode.DONOR_ERROR,
                        "left its group during the clone: it is "
                                + (state.get().isEmpty() ? "no member" : state.get()));
            }
        }
        return Optional.empty();
    }

    /** Returns an empty text for a server without a group, and no text if the account may not see the state. */
    private static Optional<String> state(ServerSession session) throws ServerException {
        try {
            return Optional.of(session.query(STATE).single().orElse(""));
        } catch (RefusedException e) {
            return Optional.empty();
        }
    }

    private Optional<CloneException> closed(ServerException refusal) {
        long now = received.getAsLong();
        if (closed == 0 || now != receivedAtFirstClosed) {
            closed = 0;
            receivedAtFirstClosed = now;
        }
        closed++;
        return closed < CLOSED
                ? Optional.empty()
                : lost(CloneErrorCode.CONNECT_FAILED, "is gone: " + refusal.getMessage());
    }

    private Optional<CloneException> lost(CloneErrorCode code, String what) {
        DonorAddress donor = server.address();
        return Optional.of(new CloneException(code, donor + " " + what, "Clone another donor."));
    }

    /** Waits for the thread. Returns whether it ended. */
    boolean join() throws InterruptedException {
        thread.join();
        return !thread.isAlive();
    }

    /** Ends the watch. Does not wait for a pending answer. */
    @Override
    public void close() {
        over.countDown();
    }
}

package org.jclone.daemon.throttle;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;

/**
 * Asks the donor of a copy repeatedly how busy it is, on a thread and a connection of its own, and limits the copy. A
 * donor that does not answer in time counts as busy.
 */
public final class DonorWatcher implements AutoCloseable {

    /** A busy donor is noticed at the second look, within a second. */
    private static final Duration INTERVAL = Duration.ofMillis(400);

    private static final Duration RECONNECT = Duration.ofSeconds(2);

    /** The copy that is watched. Called on the thread of the watcher. */
    public interface Copy {

        /** Returns the rate of file contents in MiB per second. */
        long rate();

        /** Returns the limit of file contents in MiB per second, without the donor's health; 0 for none. */
        long granted();

        /** Returns how many statements of the copy the donor counts as under way. */
        long statements();

        /**
         * Changes the limit.
         *
         * @param cap in MiB per second; empty for none
         * @param reason for an event; empty if the change is a small one
         */
        void limit(OptionalLong cap, Optional<String> reason);

        /** Reports something about the watch to the operator. */
        void note(String text);
    }

    private final DonorCare care;
    private final Function<DonorAddress, Server> servers;
    private final LongSupplier nanos;
    private final Copy copy;
    private final Caution caution;
    private final Runnable whenOver;
    private final Thread thread = new Thread(this::run, "daemon-donor-watch");

    /** Guarded by this; empty while nothing is copied. */
    private Optional<DonorAddress> donor = Optional.empty();

    private boolean closed;

    /** Used by the thread alone. */
    private Optional<ServerSession> session = Optional.empty();

    private Optional<DonorProbe> probe = Optional.empty();
    private Optional<DonorAddress> asked = Optional.empty();
    private boolean isGivenUp;
    private boolean isLagNoted;

    /**
     * @param servers makes the server of an address
     * @param whenOver wipes the passwords of those servers; called once, when no connection uses them any more
     */
    public DonorWatcher(
            DonorCare care, Function<DonorAddress, Server> servers, LongSupplier nanos, Copy copy, Runnable whenOver) {
        this.care = Objects.requireNonNull(care, "care");
        this.servers = servers;
        this.nanos = nanos;
        this.copy = copy;
        this.whenOver = whenOver;
        this.caution = new Caution(care);
        thread.setDaemon(true);
    }

    /** Begins, with nothing to watch yet. If there is no limit for the donor's load, nothing is watched at all. */
    public void start() {
        if (care.isWanted()) {
            thread.start();
        } else {
            whenOver.run();
        }
    }

    /** Watches this donor from now on; no donor while nothing is copied. */
    public synchronized void watch(Optional<DonorAddress> next) {
        donor = next;
        notifyAll();
    }

    private void run() {
        try {
            Optional<DonorAddress> now = next(Duration.ZERO);
            while (now.isPresent()) {
                boolean answered = look(now.get());
                now = next(answered ? INTERVAL : RECONNECT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
            whenOver.run();
        }
    }

    /** Waits for this time, and for a donor; returns none when the watch is over. */
    private Optional<DonorAddress> next(Duration pause) throws InterruptedException {
        Optional<DonorAddress> next = await(pause);
        if (next.isEmpty()) {
            forget();
            next = awaitDonor();
        }
        if (!next.equals(asked)) {
            forget();
            asked = next;
        }
        return next;
    }

    /** Waits for this time, or for a change of the donor; returns the donor. */
    private synchronized Optional<DonorAddress> await(Duration pause) throws InterruptedException {
        long end = nanos.getAsLong() + pause.toNanos();
        for (long left = pause.toMillis(); left > 0 && !closed && donor.equals(asked); ) {
            wait(left);
            left = Duration.ofNanos(end - nanos.getAsLong()).toMillis();
        }
        return closed ? Optional.empty() : donor;
    }

    /** Returns the donor when there is one; none when the watch is over. */
    private synchronized Optional<DonorAddress> awaitDonor() throws InterruptedException {
        while (!closed && donor.isEmpty()) {
            wait();
        }
        return closed ? Optional.empty() : donor;
    }

    private void forget() {
        disconnect();
        asked = Optional.empty();
        isGivenUp = false;
        caution.reset().ifPresent(this::apply);
    }

    private void apply(Caution.Change change) {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        copy.limit(change.cap(), change.text()); // without the lock, which the copy may wait for
    }

    /** @return whether the donor answered */
    private boolean look(DonorAddress address) {
        if (isGivenUp) {
            return false;
        }
        try {
            if (probe.isEmpty()) {
                session = Optional.of(servers.apply(address).connect());
                probe = Optional.of(new DonorProbe(session.get(), care, nanos));
            }
            DonorLoad load = probe.get().ask();
            noteHiddenLag(address);
            judge(load.reason(care, copy.statements() + 1));
            return true;
        } catch (ServerException e) {
            disconnect();
            boolean isDenied = e instanceof RefusedException refused && refused.isAccessDenied();
            if (isDenied || e.code() == CloneErrorCode.ACCESS_DENIED) {
                isGivenUp = true;
                copy.note("the load of " + address + " is not watched: " + e.getMessage());
                caution.reset().ifPresent(this::apply); // or the copy would stay slow
            } else {
                String reason = "it gives no answer: " + e.getMessage();
                judge(Optional.of(reason));
                judge(Optional.of(reason)); // it took longer than two looks
            }
            return false;
        }
    }

    private void judge(Optional<String> reason) {
        caution.look(reason, nanos.getAsLong(), copy.rate(), copy.granted()).ifPresent(this::apply);
    }

    private void noteHiddenLag(DonorAddress address) {
        if (probe.get().isLagHidden() && !isLagNoted) {
            isLagNoted = true;
            copy.note("how far " + address + " is behind its source cannot be seen: its account lacks"
                    + " REPLICATION CLIENT");
        }
    }

    private void disconnect() {
        session.ifPresent(ServerSession::close);
        session = Optional.empty();
        probe = Optional.empty();
    }

    /** Ends the watch. Does not wait for a pending answer. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}

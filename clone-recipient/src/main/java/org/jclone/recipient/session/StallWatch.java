package org.jclone.recipient.session;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.DonorTimeoutException;

/**
 * Detects a clone that has stalled. While the donor waits, it sends a keep-alive every five seconds, so a connection on
 * which it owes bytes may not be silent for long. On the way to the next state it may wait for transactions prepared in
 * the binary log, and then sends none. So between two states a connection may be silent for longer, and TCP probes show
 * whether the donor is alive. Keep-alives alone are limited too: a donor gives up waiting after half an hour.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md, sections 5.6 and 5.7.
 */
final class StallWatch {

    private static final Duration NO_PROGRESS = Duration.ofMinutes(35);

    private final Duration silence;
    private final Duration transitionSilence;
    private final LongSupplier receivedBytes;
    private final LongSupplier nanoClock;

    private long bytes = -1;
    private long movedNanos;

    /**
     * @param silence longest silence of a connection within a state
     * @param transitionSilence longest silence of a connection between two states
     * @param receivedBytes a counter that moves as blocks arrive
     */
    StallWatch(Duration silence, Duration transitionSilence, LongSupplier receivedBytes, LongSupplier nanoClock) {
        this.silence = silence;
        this.transitionSilence = transitionSilence;
        this.receivedBytes = receivedBytes;
        this.nanoClock = nanoClock;
    }

    /**
     * Checks all connections. Call it many times a second.
     *
     * @param moved whether anything but blocks has arrived since the last call
     * @throws DonorTimeoutException if nothing but keep-alives has arrived for too long
     */
    void check(List<DataConnection> connections, boolean moved) {
        long now = nanoClock.getAsLong();
        long received = receivedBytes.getAsLong();
        if (moved || received != bytes) {
            bytes = received;
            movedNanos = now;
        } else if (now - movedNanos > NO_PROGRESS.toNanos()) {
            throw DonorTimeoutException.silence(NO_PROGRESS);
        }
        connections.forEach(connection -> connection.checkSilence(silence, transitionSilence));
    }
}

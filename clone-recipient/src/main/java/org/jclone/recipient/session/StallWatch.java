package org.jclone.recipient.session;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.ReadTimeoutException;

/**
 * Notices when nothing moves any more. A connection on which the donor owes us bytes may be silent for so long only:
 * while the donor waits it sends a sign of life every five seconds. It does not while it waits for transactions that
 * are prepared in its binary log, on the way to the next state; so between two states a connection may be silent for
 * longer, and TCP's own probes show whether the donor is there. Signs of life alone do not last for ever either: a donor
 * itself gives up waiting for something after half an hour.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md, sections 5.6 and 5.7.
 */
final class StallWatch {

    private static final Duration NO_PROGRESS = Duration.ofMinutes(35);

    private final Duration silence;
    private final Duration transitionSilence;
    private final LongSupplier receivedBytes;

    private long bytes = -1;
    private long movedNanos;

    /**
     * @param silence longest silence of a connection within a state
     * @param transitionSilence longest silence of a connection between two states
     * @param receivedBytes a counter that moves as blocks arrive
     */
    StallWatch(Duration silence, Duration transitionSilence, LongSupplier receivedBytes) {
        this.silence = silence;
        this.transitionSilence = transitionSilence;
        this.receivedBytes = receivedBytes;
    }

    /**
     * To be called many times a second.
     *
     * @param moved whether anything but blocks has come since the last call
     * @throws ReadTimeoutException if for too long nothing has come but signs of life
     */
    void check(List<DataConnection> connections, boolean moved) {
        long now = System.nanoTime();
        long received = receivedBytes.getAsLong();
        if (moved || received != bytes) {
            bytes = received;
            movedNanos = now;
        } else if (now - movedNanos > NO_PROGRESS.toNanos()) {
            throw new ReadTimeoutException(NO_PROGRESS);
        }
        connections.forEach(connection -> connection.checkSilence(silence, transitionSilence));
    }
}

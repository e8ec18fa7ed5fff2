package org.jclone.recipient.session;

import java.time.Instant;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.Locator;

/**
 * What the donor does for this run, as the recipient knows it. A state has only the moves that are legal in it.
 *
 * <pre>
 *            login          COM_INIT       answer           COM_EXECUTE       all is here       COM_EXIT
 *   {@link Apart} ──────► {@link Connected} ──────► {@link Asked} ──────► {@link SnapshotOpen} ──────► {@link Streaming} ──────► {@link Complete} ──────► {@link Left}
 *     │                                                ▲   ▲               │                ▲
 *     └───────────────────── COM_REINIT ───────────────┘   └── {@link Broken} ◄──┘ ───────────────┘
 * </pre>
 *
 * <p>A clone may fail in any state. Then either {@link #release} makes the donor drop its snapshot, or {@link #rest} makes
 * it wait for a reconnect, which leads to {@link Resting}. Where the donor holds nothing, both do nothing.
 */
sealed interface DonorState {

    /** Makes the donor drop the snapshot that it holds for this run, if there is one. */
    default DonorState release() {
        return this;
    }

    /** Breaks the connections, so that the donor keeps the snapshot and waits for a reconnect. */
    default DonorState rest(Instant now) {
        return this;
    }

    /** Abandons a connection over which no snapshot was opened. */
    default DonorState abandon() {
        return this;
    }

    /** Ends what is under way. Any thread. */
    default void onAbort(Throwable reason) {}

    /** Returns the line of this run to the donor, which {@link #rest} may have broken. */
    default Optional<DonorLine> lastLine() {
        return Optional.empty();
    }

    /** Returns whether the donor has a snapshot for this run, or was asked for one, over the line of this run. */
    default boolean holdsSnapshot() {
        return false;
    }

    /** Returns whether nothing more is needed from the donor. */
    default boolean isEverythingHere() {
        return false;
    }

    /** Returns since when the donor waits for a reconnect; {@code now} if it does not wait yet. */
    default Instant waitsSince(Instant now) {
        return now;
    }

    /** This run has no connection to the donor, so it can open one. */
    sealed interface Unconnected extends DonorState permits Apart, Broken {

        /** The donor has logged in a main and an auxiliary connection. */
        default Connected toConnected(DonorLine line) {
            return new Connected(line);
        }

        /** The donor has found the snapshot that it kept. */
        default SnapshotOpen toSnapshotOpen(DonorLine line, Locator locator) {
            return new SnapshotOpen(line, locator);
        }

        /** Everything had arrived before. */
        default Complete toComplete() {
            return new Complete(Optional.empty());
        }
    }

    /** This run has connections to the donor, though {@link #rest} may have broken them. */
    sealed interface Linked extends DonorState permits Connected, Holding {

        DonorLine line();

        @Override
        default Optional<DonorLine> lastLine() {
            return Optional.of(line());
        }
    }

    /** The donor has a snapshot for this run, or may have. */
    sealed interface Holding extends Linked permits Asked, SnapshotOpen, Streaming, Resting {

        @Override
        default boolean holdsSnapshot() {
            return true;
        }

        @Override
        default DonorState release() {
            line().release();
            return new Apart();
        }
    }

    /** The donor holds nothing for this run, though perhaps a snapshot for the clone of an earlier process. */
    record Apart() implements Unconnected {}

    /** Connected in clone mode, with nothing asked. */
    record Connected(DonorLine line) implements Linked {

        /** COM_INIT is about to be sent. */
        Asked toAsked() {
            return new Asked(line);
        }

        @Override
        public DonorState release() {
            return abandon();
        }

        @Override
        public DonorState rest(Instant now) {
            return abandon();
        }

        @Override
        public DonorState abandon() {
            line.abandon();
            return new Apart();
        }
    }

    /** COM_INIT was sent and not answered. The donor may have created a snapshot. */
    record Asked(DonorLine line) implements Holding {

        /** The donor has answered. */
        SnapshotOpen toSnapshotOpen(Locator locator) {
            return new SnapshotOpen(line, locator);
        }

        @Override
        public DonorState release() {
            line.release();
            return abandon();
        }

        @Override
        public DonorState rest(Instant now) {
            return abandon(); // there is no locator with which to resume
        }

        @Override
        public DonorState abandon() {
            line.abandon();
            return new Apart();
        }
    }

    /**
     * The donor holds a snapshot and waits for COM_EXECUTE.
     *
     * @param locator names the clone
     */
    record SnapshotOpen(DonorLine line, Locator locator) implements Holding {

        /** COM_EXECUTE is about to be sent. */
        Streaming toStreaming(DonorLine.Stream stream) {
            return new Streaming(line, stream);
        }

        @Override
        public DonorState rest(Instant now) {
            line.breakOff(locator);
            return new Resting(line, now);
        }
    }

    /** The donor sends blocks. */
    record Streaming(DonorLine line, DonorLine.Stream stream) implements Holding {

        /** A connection broke. The donor keeps the snapshot for a while. */
        Broken toBroken(Instant now) {
            stream.abandon();
            return new Broken(now);
        }

        /** Everything is here. */
        Complete toComplete() {
            return new Complete(Optional.of(stream));
        }

        @Override
        public DonorState rest(Instant now) {
            stream.abandon();
            return new Resting(line, now);
        }

        @Override
        public void onAbort(Throwable reason) {
            stream.onAbort(reason);
        }
    }

    /** The connections broke, and the donor waits for others. */
    record Broken(Instant since) implements Unconnected {

        @Override
        public Instant waitsSince(Instant now) {
            return since;
        }
    }

    /** This run has broken the connections itself, and the donor waits for another process. */
    record Resting(DonorLine line, Instant since) implements Holding {

        @Override
        public Instant waitsSince(Instant now) {
            return since;
        }
    }

    /**
     * Everything is here, and the donor does not know yet.
     *
     * @param stream over which it arrived; empty if it arrived before
     */
    record Complete(Optional<DonorLine.Stream> stream) implements DonorState {

        /** Exits clone mode, after which the donor drops the snapshot. */
        Left toLeft() {
            stream.ifPresent(DonorLine.Stream::exit);
            return new Left();
        }

        @Override
        public boolean isEverythingHere() {
            return true;
        }
    }

    /** Everything is here, and the donor is not needed any more. */
    record Left() implements DonorState {

        @Override
        public boolean isEverythingHere() {
            return true;
        }
    }
}

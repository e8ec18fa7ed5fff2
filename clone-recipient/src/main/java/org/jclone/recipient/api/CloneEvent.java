package org.jclone.recipient.api;

import java.time.Duration;
import java.time.Instant;

/** Something that happened once. */
public sealed interface CloneEvent {

    /** Calls the handler's method for this kind of event. */
    <R> R accept(Handler<R> handler);

    /**
     * Whether to compress was to be found out, and was.
     *
     * @param algorithm what was tried, such as {@code zstd}
     * @param networkMiBPerSecond what one connection brings uncompressed; 0 if the donor takes compressed ones only
     * @param algorithmMiBPerSecond what one CPU of this machine compresses
     */
    record CompressionDecided(
            boolean compresses, String algorithm, long networkMiBPerSecond, long algorithmMiBPerSecond)
            implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onCompressionDecided(this);
        }
    }

    /**
     * Connections of both kinds have received data at the same time, and further ones are opened as the faster ones.
     *
     * @param algorithm such as {@code zstd}
     * @param plainMiBPerSecond what one uncompressed connection brought
     * @param compressedMiBPerSecond what one compressed connection brought, in bytes of data
     */
    record CompressionChosen(boolean compresses, String algorithm, long plainMiBPerSecond, long compressedMiBPerSecond)
            implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onCompressionChosen(this);
        }
    }

    /**
     * The first connection stands and is logged in.
     *
     * @param serverVersion from the donor's greeting, such as {@code 9.7.4}
     * @param transport {@code clear text} or TLS version and cipher suite
     */
    record Connected(DonorAddress donor, String serverVersion, String transport) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onConnected(this);
        }
    }

    /**
     * The donor made a snapshot and told how big it is.
     *
     * @param files data files announced
     * @param estimatedBytes bytes to transfer in FILE COPY
     * @param estimatedDiskBytes bytes needed on disk
     */
    record SnapshotOpened(long files, long estimatedBytes, long estimatedDiskBytes) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onSnapshotOpened(this);
        }
    }

    /** A stage began. */
    record StageStarted(StageProgress stage) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onStageStarted(this);
        }
    }

    /** A stage ended well. */
    record StageCompleted(StageProgress stage) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onStageCompleted(this);
        }
    }

    /**
     * A connection broke; the clone tries to go on over new ones.
     *
     * @param reason what happened, or what became of the last attempt
     * @param attempt from 1 after each break
     * @param deadline when the donor will have dropped its snapshot, and the clone is given up
     */
    record Reconnecting(String reason, int attempt, Instant deadline) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onReconnecting(this);
        }
    }

    /** The donor goes on where it was interrupted, after so many attempts and so much time. */
    record Reconnected(int attempts, Duration elapsed) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onReconnected(this);
        }
    }

    /**
     * The donor is busy or cannot be reached, and the clone is begun again after a while.
     *
     * @param reason what happened
     * @param retry from 1
     * @param retries how many there are to be at most
     */
    record Retrying(String reason, int retry, int retries, Duration delay) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onRetrying(this);
        }
    }

    /** The number of data connections changed. */
    record ConnectionsChanged(int connections, String reason) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onConnectionsChanged(this);
        }
    }

    /** DDL ran on the donor meanwhile, and a file was created, renamed or dropped. */
    record FileChanged(String file, String change) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onFileChanged(this);
        }
    }

    /** A tablespace of the donor lies outside its data directory and was put elsewhere. */
    record TablespaceRelocated(String donorPath, String path) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onTablespaceRelocated(this);
        }
    }

    /** The clone goes on, but somebody should know. */
    record Warning(String text, String hint) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onWarning(this);
        }
    }

    /** One method per kind of event, so that a new kind breaks every place that must know it. */
    interface Handler<R> {

        R onCompressionDecided(CompressionDecided event);

        R onCompressionChosen(CompressionChosen event);

        R onConnected(Connected event);

        R onSnapshotOpened(SnapshotOpened event);

        R onStageStarted(StageStarted event);

        R onStageCompleted(StageCompleted event);

        R onReconnecting(Reconnecting event);

        R onReconnected(Reconnected event);

        R onRetrying(Retrying event);

        R onConnectionsChanged(ConnectionsChanged event);

        R onFileChanged(FileChanged event);

        R onTablespaceRelocated(TablespaceRelocated event);

        R onWarning(Warning event);
    }
}

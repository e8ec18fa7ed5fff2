package org.jclone.recipient.api;

import java.time.Duration;
import java.time.Instant;

/** An event of a running clone. */
public sealed interface CloneEvent {

    /**
     * Calls the handler's method for this kind of event.
     *
     * @param handler has a method for each kind
     * @param <R> what the handler returns
     * @return what the method returned
     */
    <R> R accept(Handler<R> handler);

    /**
     * AUTO compression was decided.
     *
     * @param algorithm the algorithm considered, such as {@code zstd}
     * @param networkMiBPerSecond rate of one uncompressed connection; 0 if the donor accepts compressed connections only
     * @param algorithmMiBPerSecond rate at which one CPU of this machine compresses
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
     * Compressed and uncompressed connections were compared while receiving data; new connections use the faster kind.
     *
     * @param algorithm such as {@code zstd}
     * @param plainMiBPerSecond rate of one uncompressed connection
     * @param compressedMiBPerSecond rate of one compressed connection, in bytes of uncompressed data
     */
    record CompressionChosen(boolean compresses, String algorithm, long plainMiBPerSecond, long compressedMiBPerSecond)
            implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onCompressionChosen(this);
        }
    }

    /**
     * The first connection is established and logged in.
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
     * The donor created a snapshot and announced its size.
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

    /** A stage completed. */
    record StageCompleted(StageProgress stage) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onStageCompleted(this);
        }
    }

    /**
     * A connection broke; the clone tries to resume over new connections.
     *
     * @param reason what happened, or how the last attempt failed
     * @param attempt from 1 after each break
     * @param deadline when the donor will have dropped its snapshot and the clone gives up
     */
    record Reconnecting(String reason, int attempt, Instant deadline) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onReconnecting(this);
        }
    }

    /** The clone resumed where it was interrupted, after this number of attempts and this time. */
    record Reconnected(int attempts, Duration elapsed) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onReconnected(this);
        }
    }

    /**
     * The donor is busy or unreachable; the clone starts again after a wait.
     *
     * @param reason what happened
     * @param retry from 1
     * @param retries largest number of retries
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

    /** DDL on the donor created, renamed or dropped a file during the clone. */
    record FileChanged(String file, String change) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onFileChanged(this);
        }
    }

    /** A tablespace outside the donor's data directory was mapped to a local path. */
    record TablespaceRelocated(String donorPath, String path) implements CloneEvent {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onTablespaceRelocated(this);
        }
    }

    /**
     * The clone continues, but an operator should know.
     *
     * @param damagedPages how many damaged pages it reports; 0 for another warning
     */
    record Warning(String text, String hint, long damagedPages) implements CloneEvent {

        /**
         * Makes a warning that is not about damage.
         *
         * @param text what happened
         * @param hint what to do
         */
        public Warning(String text, String hint) {
            this(text, hint, 0);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onWarning(this);
        }
    }

    /** One method per kind of event, so that a new kind fails to compile wherever it is not handled. */
    interface Handler<R> {

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onCompressionDecided(CompressionDecided event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onCompressionChosen(CompressionChosen event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onConnected(Connected event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onSnapshotOpened(SnapshotOpened event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onStageStarted(StageStarted event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onStageCompleted(StageCompleted event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onReconnecting(Reconnecting event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onReconnected(Reconnected event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onRetrying(Retrying event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onConnectionsChanged(ConnectionsChanged event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onFileChanged(FileChanged event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onTablespaceRelocated(TablespaceRelocated event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onWarning(Warning event);
    }
}

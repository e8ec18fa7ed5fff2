package org.jclone.donor.source;

import java.util.OptionalLong;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * The effect of a DDL statement on a file during a clone. Indexes count the files of FILE COPY, followed by those of
 * {@link Create} events in the order of the events.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 4.5.
 */
public sealed interface DdlEvent {

    /** {@return the state in which it happens, FILE_COPY or PAGE_COPY} It is announced before the next state. */
    SnapshotState during();

    /** Calls the method of {@code handler} for this kind of event. */
    <R> R accept(Handler<R> handler);

    /** One method per kind of event. */
    interface Handler<R> {

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onCreate(Create event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onRename(Rename event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onDrop(Drop event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        R onAlter(Alter event);
    }

    /** Creates a file. It holds only its first pages until PAGE COPY or the redo log fills it. */
    record Create(SnapshotState during, SourceFile file) implements DdlEvent {

        public Create {
            requireState(during);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onCreate(this);
        }
    }

    /** Renames a file. Two files may swap names. */
    record Rename(SnapshotState during, int fileIndex, String newName) implements DdlEvent {

        public Rename {
            requireState(during);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onRename(this);
        }
    }

    /**
     * Drops a file.
     *
     * @param afterBlocks number of its blocks that are sent before the donor notices the drop and announces it within
     *     the state; empty if the file is dropped after it was sent completely
     */
    record Drop(SnapshotState during, int fileIndex, OptionalLong afterBlocks) implements DdlEvent {

        public Drop {
            requireState(during);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onDrop(this);
        }
    }

    /**
     * Changes the flags of a file, as ALTER TABLE ... COMPRESSION does.
     *
     * @param newFlags see {@link SourceFile#flags()}
     */
    record Alter(SnapshotState during, int fileIndex, int newFlags) implements DdlEvent {

        public Alter {
            requireState(during);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onAlter(this);
        }
    }

    private static void requireState(SnapshotState during) {
        if (during != SnapshotState.FILE_COPY && during != SnapshotState.PAGE_COPY) {
            throw new IllegalArgumentException("DDL during " + during + " (expected: FILE_COPY or PAGE_COPY)");
        }
    }
}

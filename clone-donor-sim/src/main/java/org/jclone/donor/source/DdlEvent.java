package org.jclone.donor.source;

import java.util.OptionalLong;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * What a statement of DDL does to a file while a clone runs. Indexes count the files of FILE COPY and, behind them,
 * those that {@link Create} events made, in the order of the events.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 4.5.
 */
public sealed interface DdlEvent {

    /** The state in which it happens, FILE_COPY or PAGE_COPY; it is announced before the next one. */
    SnapshotState during();

    /** Calls the one method of {@code handler} that fits. */
    <R> R accept(Handler<R> handler);

    /** One method per kind of event. */
    interface Handler<R> {

        R onCreate(Create event);

        R onRename(Rename event);

        R onDrop(Drop event);

        R onAlter(Alter event);
    }

    /** A new file, which is nothing but its first pages until PAGE COPY or the redo log fill it. */
    record Create(SnapshotState during, SourceFile file) implements DdlEvent {

        public Create {
            requireState(during);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onCreate(this);
        }
    }

    /** A file gets another name. Two files may swap theirs. */
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
     * A file goes away.
     *
     * @param afterBlocks how many blocks of it are sent before the donor notices that it is gone and says so within the
     *     state; empty if it is dropped when all of it has been sent
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
     * A file gets other flags, as by ALTER TABLE ... COMPRESSION.
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

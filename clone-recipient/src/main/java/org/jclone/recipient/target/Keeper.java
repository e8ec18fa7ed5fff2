package org.jclone.recipient.target;

import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.apply.ChunkMap;
import org.jclone.recipient.journal.DonorIdentity;

/** Keeps what another process needs to resume the clone. By itself it keeps nothing: a clone need not be resumable. */
interface Keeper extends AutoCloseable {

    /** Keeps nothing. */
    Keeper NONE = new Keeper() {};

    /** Records who the donor is, if this run knows it first, and from now on what {@code chunks} says. */
    default void begin(ChunkMap chunks, Optional<DonorIdentity> identity) throws CloneException {}

    /** Whether the records say enough for another process to resume. */
    default boolean isBegun() {
        return false;
    }

    /** Records that all files of FILE COPY exist. */
    default void metadataComplete() throws CloneException {}

    /** Flushes and records a state that is written completely. Its end may be acknowledged after that. */
    default void endState() throws CloneException {}

    /** Records that files moved by DDL are about to get their final names. */
    default void finishing() throws CloneException {}

    /** Records that everything is here and damaged, so that no later run checks it again. */
    default void damaged() throws CloneException {}

    /** Records the new state, then runs {@code move}. Accept none of its blocks until this returns. */
    default void move(StateDescriptor start, Runnable move) throws CloneException {
        move.run();
    }

    /** Records what there is, for another process to resume, unless that takes long. */
    default void rest() throws CloneException {}

    @Override
    default void close() {}
}

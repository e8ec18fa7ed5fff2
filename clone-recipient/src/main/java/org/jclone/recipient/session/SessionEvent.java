package org.jclone.recipient.session;

import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.connection.DataConnection;

/** What connections tell the session; it takes them one at a time, on one thread. */
sealed interface SessionEvent {

    /** A connection has all its blocks of a state on disk. */
    record StateEnded(DataConnection connection, StateDescriptor state) implements SessionEvent {}

    /** A connection has reached the next state and waits. */
    record StateStarted(DataConnection connection, StateDescriptor state) implements SessionEvent {}

    /** All files of FILE COPY are known. */
    record MetadataComplete() implements SessionEvent {}

    /** The donor has ended COM_EXECUTE well. */
    record ExecuteCompleted(DataConnection connection) implements SessionEvent {}

    /** A worker is logged in. */
    record WorkerConnected(DataConnection connection) implements SessionEvent {}

    /** The donor took a worker on, in this state of its own. */
    record WorkerAttached(DataConnection connection, SnapshotState donorState) implements SessionEvent {}

    /** A worker could not be had; the clone goes on without. */
    record WorkerRefused(Throwable cause) implements SessionEvent {}

    /** Something that the clone cannot go on without has failed. */
    record Failed(Throwable cause) implements SessionEvent {}
}

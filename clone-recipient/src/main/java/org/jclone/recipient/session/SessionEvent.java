package org.jclone.recipient.session;

import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.connection.DataConnection;

/** What connections report to the session, which handles one event at a time, on one thread. */
sealed interface SessionEvent {

    /** Has a method for each kind of event, so that none can be forgotten. */
    interface Handler {

        void onStateEnded(DataConnection connection, StateDescriptor state) throws CloneException;

        void onStateStarted(DataConnection connection, StateDescriptor state) throws CloneException;

        void onMetadataComplete() throws CloneException;

        void onExecuteCompleted(DataConnection connection) throws CloneException;

        void onWorkerConnected(DataConnection connection) throws CloneException;

        void onWorkerAttached(WorkerAttached worker) throws CloneException;

        void onWorkerRefused(Throwable cause) throws CloneException;

        void onFailed(Throwable cause) throws CloneException;
    }

    void accept(Handler handler) throws CloneException;

    /** A connection has all its blocks of a state on disk. */
    record StateEnded(DataConnection connection, StateDescriptor state) implements SessionEvent {
        @Override
        public void accept(Handler handler) throws CloneException {
            handler.onStateEnded(connection, state);
        }
    }

    /** A connection has reached the next state and waits. */
    record StateStarted(DataConnection connection, StateDescriptor state) implements SessionEvent {
        @Override
        public void accept(Handler handler) throws CloneException {
            handler.onStateStarted(connection, state);
        }
    }

    /** All files of FILE COPY are known. */
    record MetadataComplete() implements SessionEvent {
        @Override
        public void accept(Handler handler) throws CloneException {
            handler.onMetadataComplete();
        }
    }

    /** The donor has completed COM_EXECUTE without an error. */
    record ExecuteCompleted(DataConnection connection) implements SessionEvent {
        @Override
        public void accept(Handler handler) throws CloneException {
            handler.onExecuteCompleted(connection);
        }
    }

    /** A worker is logged in. */
    record WorkerConnected(DataConnection connection) implements SessionEvent {
        @Override
        public void accept(Handler handler) throws CloneException {
            handler.onWorkerConnected(connection);
        }
    }

    /** The donor has attached a worker, in this state of its own. */
    record WorkerAttached(DataConnection connection, SnapshotState donorState) implements SessionEvent {
        @Override
        public void accept(Handler handler) throws CloneException {
            handler.onWorkerAttached(this);
        }
    }

    /** A worker cannot be added. The clone continues without it. */
    record WorkerRefused(Throwable cause) implements SessionEvent {
        @Override
        public void accept(Handler handler) throws CloneException {
            handler.onWorkerRefused(cause);
        }
    }

    /** Something that the clone cannot continue without has failed. */
    record Failed(Throwable cause) implements SessionEvent {
        @Override
        public void accept(Handler handler) throws CloneException {
            handler.onFailed(cause);
        }
    }
}

package org.jclone.recipient.connection;

import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneException;

/** What a streaming connection reports to the session. Called on the connection's event loop. */
public interface ConnectionListener {

    /** All blocks of the state that this connection will get are on their way to disk or there. */
    void onStateEnd(DataConnection connection, StateDescriptor state);

    /** The donor begins a state here; the connection has stopped reading until it is told to go on. */
    void onStateStart(DataConnection connection, StateDescriptor state);

    void onFile(FileDescriptor file) throws CloneException;

    /** The donor has ended COM_EXECUTE well. */
    void onExecuteComplete(DataConnection connection);

    /** The connection, or a write of what came on it, has failed. Called once. */
    void onFailure(DataConnection connection, Throwable cause);
}

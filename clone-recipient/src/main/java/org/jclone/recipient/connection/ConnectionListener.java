package org.jclone.recipient.connection;

import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneException;

/** What a streaming connection reports. Called on the connection's event loop. */
public interface ConnectionListener {

    /** The connection has written all its blocks of the state. */
    void onStateEnd(DataConnection connection, StateDescriptor state);

    /** The donor begins a state. The connection reads nothing until {@link DataConnection#proceed}. */
    void onStateStart(DataConnection connection, StateDescriptor state);

    void onFile(FileDescriptor file) throws CloneException;

    /** The donor has completed COM_EXECUTE without an error. */
    void onExecuteComplete(DataConnection connection);

    /** The connection, or a write of its data, has failed. Called once. */
    void onFailure(DataConnection connection, Throwable cause);
}

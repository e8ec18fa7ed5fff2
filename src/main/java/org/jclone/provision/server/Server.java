package org.jclone.provision.server;

import org.jclone.recipient.ServerConnector;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;

/** A MySQL server, and an account of it. */
public interface Server {

    DonorAddress address();

    /** Connects and logs in, on the caller's thread. */
    ServerSession connect() throws ServerException;

    /** Returns the server that the connector connects to. The caller wipes the connector's passwords. */
    static Server of(ServerConnector connector) {
        return new Server() {
            @Override
            public DonorAddress address() {
                return connector.server();
            }

            @Override
            public ServerSession connect() throws ServerException {
                try {
                    return ConnectedSession.begin(connector.server(), connector.open());
                } catch (CloneException e) {
                    throw new UnreachableException(e);
                }
            }
        };
    }
}

package org.jclone.provision.server;

import org.jclone.recipient.ServerConnector;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;

/** A MySQL server, and the account to ask it with. */
public interface Server {

    DonorAddress address();

    /** Connects and logs in, on the caller's thread. */
    ServerSession connect() throws ServerException;

    /** Returns a server at the other end of a network or a socket. The caller wipes the connector's passwords. */
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

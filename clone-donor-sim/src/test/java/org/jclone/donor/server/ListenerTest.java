package org.jclone.donor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.junit.jupiter.api.Test;

class ListenerTest {

    private static final int ATTEMPTS = 60;
    private static final int CONNECTIONS = 8;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final Account ACCOUNT =
            new Account("clone_user", "a secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);

    /** The event loop may not know a connection that was just accepted, and would then not close it. */
    @Test
    void closesAConnectionThatWasJustAccepted() throws Exception {
        DonorConfig config = DonorConfig.builder(
                        MadeData.builder(5).systemTablespace(64 << 10).build())
                .account(ACCOUNT)
                .build();
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < ATTEMPTS; i++) {
            try (Listener listener = Listener.open(config)) {
                for (int j = 0; j < CONNECTIONS; j++) {
                    sockets.add(new Socket("127.0.0.1", listener.address().getPort()));
                }
            }
        }
        for (Socket socket : sockets) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            assertEnds(socket);
            socket.close();
        }
    }

    private static void assertEnds(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // skip what was sent before
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still open: " + socket, e);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }
}

package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.auth.AuthPolicy;
import org.jclone.protocol.netty.CompressionOffer;
import org.jclone.protocol.netty.LoginOptions;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class TransportTest {

    private static final int ATTEMPTS = 100;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final LoginOptions LOGIN = new LoginOptions(
            "user",
            List.of(() -> new byte[0]),
            new AuthPolicy(false, false, Optional.empty()),
            Optional.empty(),
            false,
            false,
            CompressionOffer.NONE,
            Map.of());

    /**
     * What is opened as the clone ends may not have been seen by its event loop yet, which then forgets to close it.
     */
    @Test
    void closesWhatWasJustOpened() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, ATTEMPTS, InetAddress.getLoopbackAddress())) {
            DonorAddress address = new DonorAddress("127.0.0.1", listener.getLocalPort());
            for (int i = 0; i < ATTEMPTS; i++) {
                try (Transport transport = new Transport(address, LOGIN, TIMEOUT, 1)) {
                    assertThat(transport.openControl()).isNotNull();
                }
            }
            listener.setSoTimeout(50); // those that are accepted were connected long since
            for (Socket socket = accept(listener); socket != null; socket = accept(listener)) {
                socket.setSoTimeout((int) TIMEOUT.toMillis());
                assertThat(socket.getInputStream().read()).as("the end").isNegative();
                socket.close();
            }
        }
    }

    private static Socket accept(ServerSocket listener) throws IOException {
        try {
            return listener.accept();
        } catch (SocketTimeoutException e) {
            return null;
        }
    }
}

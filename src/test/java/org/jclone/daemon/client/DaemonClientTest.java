package org.jclone.daemon.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that hangs is noticed. */
@Timeout(30)
class DaemonClientTest {

    /** Long enough for another thread to accept a connection and write, whatever else the machine does. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private ServerSocketChannel listener;
    private DaemonClient client;

    @BeforeEach
    void listen() throws IOException {
        Path socket = folder.resolve("s");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        client = new DaemonClient(socket, PATIENCE, PATIENCE);
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    /** Accepts one connection, and sends this. */
    private Thread answer(String text) {
        Thread thread = new Thread(() -> {
            try (SocketChannel channel = listener.accept()) {
                channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
                channel.read(ByteBuffer.allocate(4096));
                channel.read(ByteBuffer.allocate(4096)); // until the client leaves
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void givesUpADaemonThatDoesNotAnswer() throws Exception {
        Thread daemon = answer("HTTP/1.1 200 OK\r\n");

        CloneException failure = catchThrowableOfType(CloneException.class, () -> client.get("/v1/status"));

        assertThat(failure.code()).isEqualTo(CloneErrorCode.DAEMON);
        assertThat(failure).hasMessageContaining("does not answer: nothing for 2.0 s");
        assertThat(failure.hint()).isNotEmpty();
        daemon.join();
    }

    @Test
    void givesUpAStreamThatIsSilent() throws Exception {
        Thread daemon = answer("HTTP/1.1 200 OK\r\n\r\nid: 7\nevent: event\ndata: {}\n\n");
        List<String> seen = new ArrayList<>();

        CloneException failure = catchThrowableOfType(
                CloneException.class,
                () -> client.stream("/v1/runs/x/events", Optional.empty(), (id, name, data) -> seen.add(id.get())));

        assertThat(seen).containsExactly("7");
        assertThat(failure).hasMessageContaining("does not answer");
        daemon.join();
    }
}

package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class StopSignalsTest {

    private static final int SIGTERM_STATUS = 128 + 15;

    @TempDir
    private Path folder;

    /** The donor accepts the connection and sends nothing, so the clone runs until the signal. */
    @Test
    @Timeout(300)
    void printsTheErrorOfACloneThatASignalStops() throws Exception {
        try (ServerSocket donor = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process program = start(donor.getLocalPort());
            try (Socket connection = donor.accept()) {
                assertThat(connection.isConnected()).isTrue();
                program.toHandle().destroy();
                String printed = readAll(program.getInputStream());
                assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(printed).contains("jclone: stopped: SIGTERM");
                assertThat(program.exitValue()).isEqualTo(SIGTERM_STATUS);
            }
        }
    }

    private Process start(int port) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Jclone.class.getName(),
                "fetch",
                "--donor=127.0.0.1:" + port,
                "--user=u",
                "--dir=" + folder.resolve("data"),
                "--connect-timeout=50");
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String readAll(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}

package org.jclone.tests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jclone.tests.net.FreePort;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;

/** Runs {@code jclone donor} on one directory, for the account of all test servers. */
final class DonorProcess implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final int port;
    private final RunningCommand command;

    private DonorProcess(int port, RunningCommand command) {
        this.port = port;
        this.command = command;
    }

    /** Returns once the donor listens. */
    static DonorProcess serve(Path directory, String password, String... options) throws IOException {
        int port = FreePort.find();
        RunningCommand command = Jclone.start(password, arguments(directory, port, options));
        DonorProcess donor = new DonorProcess(port, command);
        donor.await("certificate SHA-256");
        return donor;
    }

    /** Runs a donor that ends by itself. */
    static CommandResult run(Path directory, String... options) throws IOException {
        return Jclone.run(MySqlServer.CLONE_PASSWORD, arguments(directory, FreePort.find(), options));
    }

    private static List<String> arguments(Path directory, int port, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "donor", "--data-dir=" + directory, "--listen=127.0.0.1:" + port, "--user=" + MySqlServer.CLONE_USER));
        arguments.addAll(List.of(options));
        return arguments;
    }

    int port() {
        return port;
    }

    /** Waits for this output. */
    void await(String words) {
        command.awaitOutput(output -> output.contains(words), TIMEOUT);
    }

    /** Sends SIGTERM. */
    void terminate() {
        command.signal("TERM");
    }

    CommandResult awaitEnd() {
        return command.await(TIMEOUT);
    }

    @Override
    public void close() {
        command.close();
    }
}

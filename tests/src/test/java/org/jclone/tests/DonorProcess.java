package org.jclone.tests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jclone.tests.net.FreePort;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;

/** Runs {@code jclone donor} on one directory, for the account of all test servers. */
final class DonorProcess implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final String LAUNCHER_MEMORY = "-Xmx128m -XX:MaxDirectMemorySize=640m";

    private final int port;
    private final RunningCommand command;

    private DonorProcess(int port, RunningCommand command) {
        this.port = port;
        this.command = command;
    }

    /** Returns once the donor listens. */
    static DonorProcess serve(Path directory, String password, String... options) throws IOException {
        return serve(directory, Map.of("MYSQL_PWD", password), options);
    }

    /** Does the same in the memory that the launcher allows. */
    static DonorProcess serveInBoundedMemory(Path directory, String... options) throws IOException {
        Map<String, String> environment =
                Map.of("MYSQL_PWD", MySqlServer.CLONE_PASSWORD, "JAVA_TOOL_OPTIONS", LAUNCHER_MEMORY);
        return serve(directory, environment, options);
    }

    private static DonorProcess serve(Path directory, Map<String, String> environment, String... options)
            throws IOException {
        int port = FreePort.find();
        RunningCommand command = Jclone.start(environment, arguments(directory, port, options));
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
        await(words, 1);
    }

    /** Waits for this many such outputs. */
    void await(String words, int times) {
        command.awaitOutput(output -> output.split(Pattern.quote(words), -1).length > times, TIMEOUT);
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

package org.jclone.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.client.DaemonClient;
import org.jclone.daemon.client.JsonTree;
import org.jclone.daemon.client.RunReader;
import org.jclone.recipient.api.CloneException;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;

/** A process {@code jclone daemon} that is started and ended again and again, and what it costs. */
final class DaemonUnderTest implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final String JCMD =
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();

    private final Path file;
    private final Path socket;
    private RunningCommand process;

    DaemonUnderTest(Path file, Path state) {
        this.file = file;
        this.socket = state.resolve("jclone.sock");
        start();
    }

    /** Starts it, and waits until it takes orders. */
    void start() {
        process = Jclone.start(Map.of(), List.of("daemon", "--config=" + file, "--log-level=warn"));
        process.awaitOutput(text -> text.contains("ready"), TIMEOUT);
    }

    /** Sends a signal that ends it, and starts another process. */
    void restart(String signal) {
        process.signal(signal);
        process.await(TIMEOUT);
        process.close();
        start();
    }

    void signal(String name) {
        process.signal(name);
    }

    long pid() {
        return process.pid();
    }

    /** Orders something; returns the run. */
    RunStatus order(String path, String body, Map<String, String> headers) throws CloneException {
        JsonTree answer = client().ask("POST", path, body, headers);
        return RunReader.run(answer.object("run").orElse(answer));
    }

    RunStatus run(String id) throws CloneException {
        return RunReader.run(client().get("/v1/runs/" + id));
    }

    void patch(String path, String body) throws CloneException {
        client().ask("PATCH", path, body, Map.of());
    }

    private DaemonClient client() {
        return new DaemonClient(socket);
    }

    /**
     * What the process holds.
     *
     * @param heapKib used after a collection
     * @param residentKib of the whole process, at the moment
     */
    record Holdings(long heapKib, long residentKib, long descriptors, long threads) {}

    Holdings holdings() throws IOException {
        Duration timeout = Duration.ofMinutes(1);
        String pid = Long.toString(pid());
        for (int i = 0; i < 2; i++) { // cleaners run between the two
            RunningCommand.run(List.of(JCMD, pid, "GC.run"), Map.of(), timeout);
            pause(300);
        }
        String heap = RunningCommand.run(List.of(JCMD, pid, "GC.heap_info"), Map.of(), timeout)
                .stdout();
        long used = heap.lines()
                .filter(line -> line.contains("generation"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".* used (\\d+)K.*", "$1")))
                .sum();
        return new Holdings(used, residentKib(), count("fd"), count("task"));
    }

    long residentKib() throws IOException {
        return Files.readAllLines(proc("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private long count(String folder) throws IOException {
        try (Stream<Path> all = Files.list(proc(folder))) {
            return all.count();
        }
    }

    private Path proc(String name) {
        return Path.of("/proc", Long.toString(pid()), name);
    }

    static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Stops it; what it prints after that is of no interest. */
    void stop() {
        process.signal("TERM");
        process.await(TIMEOUT);
        process.close();
    }

    @Override
    public void close() {
        process.close();
    }
}

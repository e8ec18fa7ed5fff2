package org.jclone.recipient;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.SslMode;

/**
 * A process limited to the launcher's memory that runs the clones its input describes. More memory fails there with
 * {@code OutOfMemoryError}.
 */
final class SmallRecipient implements AutoCloseable {

    /** The heap size of the launcher. */
    private static final int HEAP_MEBIBYTES = 128;

    /** Less than in the launcher, for four connections. */
    private static final int DIRECT_MEBIBYTES = 64;

    private static final Duration SILENCE = Duration.ofSeconds(20);

    /**
     * The result of a clone: the name of an error code, or WHOLE; the message, or the number of files; and memory used:
     * the most of the heap during the clone, and what was held outside the heap after it.
     */
    record Outcome(String code, String message, long heapBytes, long directBytes) {}

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream orders;

    SmallRecipient(Path log) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx" + HEAP_MEBIBYTES + 'm',
                        "-XX:MaxDirectMemorySize=" + DIRECT_MEBIBYTES + 'm',
                        "-Dio.netty.leakDetection.level=disabled",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallRecipient.class.getName())
                .redirectError(log.toFile())
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Runs a clone, with zlib if {@code compressed}. */
    Outcome clone(int port, Path target, boolean compressed) throws IOException {
        return clone(port, target, compressed, ResumeMode.NEVER);
    }

    /** Resumes the clone that another process left there. */
    Outcome resume(int port, Path target) throws IOException {
        return clone(port, target, false, ResumeMode.REQUIRED);
    }

    private Outcome clone(int port, Path target, boolean compressed, ResumeMode resume) throws IOException {
        orders.println(port + "|" + target + '|' + compressed + '|' + resume);
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the process has died");
        }
        String[] parts = answer.split("\\|", 4);
        return new Outcome(parts[0], parts[3], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    /** Kills the process with {@code SIGKILL}. */
    void kill() {
        process.destroyForcibly();
    }

    long openFiles() {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return open.count();
        } catch (IOException e) { // the process has ended
            return 0;
        }
    }

    @Override
    public void close() throws IOException {
        orders.close();
        answers.close();
        try {
            if (!process.waitFor(SILENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] parts = order.split("\\|");
            String outcome = "WHOLE";
            String message = "";
            try {
                CloneRequest request =
                        request(Integer.parseInt(parts[0]), new File(parts[1]).toPath(), parts[2], parts[3]);
                CloneResult result = new CloneRecipient(request, CloneListener.NONE).run();
                message = result.files() + " files";
            } catch (CloneException e) {
                outcome = e.code().name();
                message = e.getMessage().lines().findFirst().orElse("");
            }
            System.out.println(String.join(
                    "|", outcome, Long.toString(heap()), Long.toString(direct()), message.replace('\n', ' ')));
        }
    }

    private static CloneRequest request(int port, Path target, String compressed, String resume) {
        return CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", port))
                .login(LoginSettings.of(
                        CloneRig.ACCOUNT.user(),
                        Password.of(CloneRig.ACCOUNT.password().toCharArray())))
                .target(it -> it.withDirectory(target))
                .tls(it -> it.withSslMode(SslMode.DISABLED))
                .transfer(it -> it.withMaxConcurrency(4).withAutotuneConcurrency(false))
                .interruptions(it -> it.withReadTimeout(SILENCE)
                        .withReconnectTimeout(Duration.ZERO)
                        .withResume(ResumeMode.valueOf(resume)))
                .transfer(it -> it.withCompression(Boolean.parseBoolean(compressed) ? Compression.ON : Compression.OFF))
                .build();
    }

    /** Returns the maximum memory in use since the last call, including garbage. */
    private static long heap() {
        List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        long peak =
                pools.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        pools.forEach(MemoryPoolMXBean::resetPeakUsage);
        return peak;
    }

    /** Returns the memory in use outside the heap, without garbage, which may be that of many clones. */
    private static long direct() {
        long before = Long.MAX_VALUE;
        long used = collectAndMeasure();
        while (used < before) {
            before = used;
            used = collectAndMeasure();
        }
        return used;
    }

    private static long collectAndMeasure() {
        System.gc();
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}

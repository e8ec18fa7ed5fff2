package org.jclone.recipient.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches the heap of another process for a secret that a collector moved before its owner wiped it. */
class MovedObjectsTest {

    private static final int SECRET = 32;
    private static final int MASK = 0x5a;

    /** The control without overwriting shows that the search finds what is left. */
    @ParameterizedTest
    @CsvSource({
        "UseSerialGC, keep, 1",
        "UseSerialGC, overwrite, 0",
        "UseParallelGC, keep, 1",
        "UseParallelGC, overwrite, 0"
    })
    void overwritesTheOldPlace(String collector, String action, String copies) throws Exception {
        assumeThat(Path.of("/proc/self/mem")).isReadable();
        assertThat(run(action, "-XX:+" + collector, "-Xms16m", "-Xmx64m")).isEqualTo(copies);
    }

    /** The heap of a program that embeds jclone, with a young generation of 700 MiB. */
    @ParameterizedTest
    @ValueSource(strings = {"UseSerialGC", "UseParallelGC", "UseG1GC", "UseZGC"})
    void isDoneSoonInALargeHeap(String collector) throws Exception {
        String bytes = run("count", "-XX:+" + collector, "-Xms1g", "-Xmx1g", "-Xmn700m");
        assertThat(Long.parseLong(bytes)).isBetween(1L << 10, 257L << 20);
    }

    private static String run(String action, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(MovedObjectsTest.class.getName());
        command.add(action);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }

    /** Prints how many copies are left, or how many bytes it takes to overwrite them. */
    public static void main(String... arguments) throws IOException {
        if (arguments[0].equals("count")) {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long thread = Thread.currentThread().getId();
            long before = threads.getThreadAllocatedBytes(thread);
            MovedObjects.overwrite();
            System.out.println(threads.getThreadAllocatedBytes(thread) - before);
            return;
        }
        byte[] secret = new byte[SECRET];
        for (int i = 0; i < SECRET; i++) {
            secret[i] = (byte) (hidden(i) ^ MASK);
        }
        WeakReference<Object> canary = new WeakReference<>(new Object());
        byte[][] garbage = new byte[1][];
        while (canary.get() != null) {
            garbage[0] = new byte[SECRET];
        }
        Arrays.fill(secret, (byte) 0);
        if (arguments[0].equals("overwrite")) {
            MovedObjects.overwrite();
        }
        System.out.println(copies());
    }

    /** Returns a byte of the secret, combined with the mask so that the search pattern is not found itself. */
    private static int hidden(int at) {
        return 0x11 + at * 7;
    }

    /** Searches the heap, which lies below 4 GiB because it is small. */
    private static int copies() throws IOException {
        int copies = 0;
        try (FileChannel memory = FileChannel.open(Path.of("/proc/self/mem"), StandardOpenOption.READ)) {
            for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
                String[] bounds = line.substring(0, line.indexOf(' ')).split("-", 2);
                long begin = Long.parseUnsignedLong(bounds[0], 16);
                long end = Long.parseUnsignedLong(bounds[1], 16);
                if (begin < 1L << 32 && line.contains(" rw")) {
                    ByteBuffer bytes = ByteBuffer.allocateDirect((int) (end - begin));
                    memory.read(bytes, begin);
                    copies += copies(bytes.flip());
                }
            }
        }
        return copies;
    }

    private static int copies(ByteBuffer bytes) {
        int copies = 0;
        for (int from = 0; from + SECRET <= bytes.limit(); from++) {
            int same = 0;
            while (same < SECRET && (byte) (bytes.get(from + same) ^ MASK) == (byte) hidden(same)) {
                same++;
            }
            copies += same == SECRET ? 1 : 0;
        }
        return copies;
    }
}

package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Detects what clones and donors of this JVM leave behind: buffers, threads, sockets, open files. */
final class Leftovers implements AutoCloseable {

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    private static final Pattern INODE = Pattern.compile("^socket:\\[(\\d+)]$");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ResourceLeakDetector.Level levelBefore = ResourceLeakDetector.getLevel();
    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
    private final Path folder;
    private final List<String> openBefore;
    private final long buffersBefore;

    /** @param folder of the clones: no file below it stays open */
    Leftovers(Path folder) {
        this.folder = folder;
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        reportLeaks(); // of earlier tests
        ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + records));
        openBefore = open();
        buffersBefore = pooledBuffers();
    }

    /** Waits a while for resources that are released in the background. Does not look for leaked buffers. */
    void assertNone(String what) {
        awaitEmpty(what + ": threads", Leftovers::threads);
        awaitEmpty(what + ": open files", this::moreOpen);
        assertThat(pooledBuffers()).as("%s: pooled buffers in use", what).isLessThanOrEqualTo(buffersBefore);
    }

    /** Looks for buffers that leaked since this object exists. Collects garbage, so call it once, at the end. */
    void assertNoLeaks() {
        reportLeaks();
        assertThat(leaks).as("leaked buffers").isEmpty();
    }

    private static void reportLeaks() {
        System.gc();
        ByteBuf asked = ByteBufAllocator.DEFAULT.heapBuffer(1); // allocation makes the leak detector check
        asked.release();
    }

    private static void awaitEmpty(String what, Supplier<List<String>> left) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!left.get().isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        assertThat(left.get()).as(what).isEmpty();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().matches("(clone|donor)-.*"))
                .map(thread -> thread.getKey().getName() + Arrays.toString(thread.getValue()))
                .toList();
    }

    /** Lists sockets, event loops and files of clones in order, without those that the JVM opens for itself. */
    private List<String> open() {
        try (Stream<Path> numbers = Files.list(OPEN_FILES)) {
            return numbers.map(Leftovers::target)
                    .filter(target -> target.startsWith("socket:")
                            || target.startsWith("anon_inode:")
                            || target.startsWith("pipe:")
                            || target.startsWith(folder.toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) { // closed since it was listed
            return "";
        }
    }

    private List<String> moreOpen() {
        return open().stream()
                .filter(target -> !openBefore.contains(target))
                .map(target -> target + connection(target))
                .toList();
    }

    /** Returns the kernel's entry of a socket: addresses and state. */
    private static String connection(String target) {
        Matcher inode = INODE.matcher(target);
        if (!inode.find()) {
            return "";
        }
        try (Stream<String> ipv4 = Files.lines(Path.of("/proc/self/net/tcp"));
                Stream<String> ipv6 = Files.lines(Path.of("/proc/self/net/tcp6"))) {
            return Stream.concat(ipv4, ipv6)
                    .filter(line -> line.contains(' ' + inode.group(1) + ' '))
                    .findFirst()
                    .orElse(" of no connection");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long pooledBuffers() {
        return Stream.concat(
                        PooledByteBufAllocator.DEFAULT.metric().heapArenas().stream(),
                        PooledByteBufAllocator.DEFAULT.metric().directArenas().stream())
                .mapToLong(arena -> arena.numActiveAllocations())
                .sum();
    }

    @Override
    public void close() {
        ByteBufUtil.setLeakListener(null);
        ResourceLeakDetector.setLevel(levelBefore);
    }
}

package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class that leaves threads of a clone, or buffers that nobody released; the latter once they are garbage. */
final class NoLeaks implements BeforeAllCallback, AfterAllCallback {

    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long STEP_NANOS = 20_000_000;
    private static final int COLLECTIONS = 3;

    private final List<String> leaks = new CopyOnWriteArrayList<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((resource, records) -> leaks.add(resource + '\n' + records));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!threads().isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(STEP_NANOS);
        }
        assertThat(threads()).as("threads of clones").isEmpty();
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            LockSupport.parkNanos(STEP_NANOS);
            ByteBufAllocator.DEFAULT.directBuffer().release();
            ByteBufAllocator.DEFAULT.heapBuffer().release();
        }
        ByteBufUtil.setLeakListener(null);
        assertThat(leaks).as("buffers that were not released").isEmpty();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("clone-") || name.startsWith("donor-"))
                .sorted()
                .toList();
    }
}

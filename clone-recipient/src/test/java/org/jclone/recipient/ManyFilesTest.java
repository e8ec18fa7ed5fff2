package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.jclone.recipient.api.CloneResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Far more files than a process may have open; with {@code -Djclone.test.full=true} a hundred thousand. */
class ManyFilesTest {

    private static final boolean FULL = Boolean.getBoolean("jclone.test.full");
    private static final int FILES = FULL ? 100_000 : 3_000;
    private static final Duration PATIENCE = Duration.ofMinutes(FULL ? 30 : 2);
    private static final int KIB = 1 << 10;
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    /** Sockets and event loops of both ends, and what the tests themselves hold. */
    private static final long MAX_MORE_OPEN_FILES = 400;

    @TempDir
    Path parent;

    private final AtomicLong mostOpen = new AtomicLong();
    private volatile boolean over;

    @Test
    void keepsFewOpen() throws InterruptedException {
        MadeDataBuilder builder = MadeData.builder(71).pageSize(4 * KIB).systemTablespace(1 << 20);
        for (int i = 0; i < FILES; i++) {
            builder.table("schema" + i % 50 + "/t" + i, 8 * KIB);
        }
        MadeData data = builder.build();
        long before = openFiles();
        Thread observer = new Thread(this::observe);
        observer.start();
        try (CloneRig rig = CloneRig.of(parent, data)
                .patience(PATIENCE)
                .with(request -> request.maxConcurrency(4).autotuneConcurrency(false))) {
            CloneResult result = rig.run();
            assertThat(result.files()).isEqualTo(FILES + 2);
        } finally {
            over = true;
            observer.join();
        }
        assertThat(mostOpen.get()).isBetween(1L, before + MAX_MORE_OPEN_FILES);
    }

    private void observe() {
        while (!over) {
            mostOpen.accumulateAndGet(openFiles(), Math::max);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static long openFiles() {
        try (Stream<Path> open = Files.list(OPEN_FILES)) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

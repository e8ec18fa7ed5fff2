package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.jclone.recipient.SmallRecipient.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Far more files than a process may have open, in a process with the launcher's heap; with
 * {@code -Djclone.test.full=true} a hundred thousand.
 */
class ManyFilesTest {

    private static final int FILES = Boolean.getBoolean("jclone.test.full") ? 100_000 : 3_000;
    private static final int KIB = 1 << 10;

    /** Of files that are written, of sockets, event loops, and the JVM's own. */
    private static final long MAX_OPEN_FILES = 500;

    @TempDir
    Path parent;

    private final AtomicLong mostOpen = new AtomicLong();
    private volatile boolean over;

    @Test
    void needsFewDescriptorsAndLittleMemory() throws Exception {
        MadeDataBuilder builder = MadeData.builder(71).pageSize(4 * KIB).systemTablespace(1 << 20);
        for (int i = 0; i < FILES; i++) {
            builder.table("schema" + i % 50 + "/t" + i, 8 * KIB);
        }
        Outcome outcome;
        long beginNanos = System.nanoTime();
        try (SmallRecipient recipient = new SmallRecipient(parent.resolve("log"));
                CloneRig rig = CloneRig.of(parent, builder.build())) {
            Thread observer = new Thread(() -> observe(recipient));
            observer.start();
            outcome = recipient.clone(rig.donor().port(), rig.target(), false);
            over = true;
            observer.join();
        }
        assertThat(outcome.code()).as("%s", outcome).isEqualTo("WHOLE");
        assertThat(outcome.message()).isEqualTo(FILES + 2 + " files");
        assertThat(mostOpen.get()).isBetween(1L, MAX_OPEN_FILES);
        System.out.printf(
                "%d files: %s, at most %d open, heap at most %d MiB%n",
                FILES, Duration.ofNanos(System.nanoTime() - beginNanos), mostOpen.get(), outcome.heapBytes() >> 20);
    }

    private void observe(SmallRecipient recipient) {
        while (!over) {
            mostOpen.accumulateAndGet(recipient.openFiles(), Math::max);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}

package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.jclone.donor.fault.Connections.main;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.SmallRecipient.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clones far more files than a process may have open, in a process with the launcher's heap; with {@code
 * -Djclone.test.full=true} a hundred thousand.
 */
class ManyFilesTest {

    private static final int FILES = Boolean.getBoolean("jclone.test.full") ? 100_000 : 1_500;
    private static final int KIB = 1 << 10;

    /** As in {@link SmallRecipient}. */
    private static final int CONNECTIONS = 4;

    private static final long PAUSE_NANOS = 20_000_000;

    /** Descriptors of files being written, sockets, event loops, and the JVM itself. */
    private static final long MAX_OPEN_FILES = 500;

    @TempDir
    Path parent;

    private interface Order {
        Outcome give(SmallRecipient recipient) throws IOException;
    }

    private static MadeData data() {
        MadeDataBuilder builder = MadeData.builder(71).pageSize(4 * KIB).systemTablespace(1 << 20);
        for (int i = 0; i < FILES; i++) {
            builder.table("schema" + i % 50 + "/t" + i, 8 * KIB);
        }
        return builder.build();
    }

    @Test
    void needsFewDescriptorsAndLittleMemory() throws Exception {
        try (CloneRig rig = CloneRig.of(Files.createDirectory(parent.resolve("p")), data())) {
            Outcome outcome = inAnotherProcess(
                    "a clone", recipient -> recipient.clone(rig.donor().port(), rig.target(), false));
            assertWhole(outcome);
        }
    }

    /** The process is killed in the middle of the files, and another one resumes the clone. */
    @Test
    void isResumedByAnotherProcess() throws Exception {
        AtomicReference<SmallRecipient> victim = new AtomicReference<>();
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(Moment.data(SnapshotState.FILE_COPY).nth(FILES / CONNECTIONS / 2))
                .then(Action.call("the process is killed", () -> {
                    SmallRecipient killed = victim.getAndSet(null);
                    if (killed != null) {
                        killed.kill();
                    }
                })));
        try (SmallRecipient first = new SmallRecipient(parent.resolve("log"));
                CloneRig rig = CloneRig.of(Files.createDirectory(parent.resolve("p")), data(), script)) {
            victim.set(first);
            assertThatIOException()
                    .isThrownBy(() -> first.clone(rig.donor().port(), rig.target(), false))
                    .withMessage("the process has died");

            Outcome outcome = inAnotherProcess(
                    "the rest of a clone",
                    recipient -> recipient.resume(rig.donor().port(), rig.target()));

            assertWhole(outcome);
        }
    }

    private static void assertWhole(Outcome outcome) {
        assertThat(outcome.code()).as("%s", outcome).isEqualTo("WHOLE");
        assertThat(outcome.message()).isEqualTo(FILES + 2 + " files");
    }

    /** Counts the process's descriptors while it runs. */
    private Outcome inAnotherProcess(String what, Order order) throws Exception {
        AtomicLong mostOpen = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        long beginNanos = System.nanoTime();
        try (SmallRecipient recipient = new SmallRecipient(parent.resolve("log"))) {
            Thread observer = new Thread(() -> {
                while (!over.get()) {
                    mostOpen.accumulateAndGet(recipient.openFiles(), Math::max);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            });
            observer.start();
            Outcome outcome;
            try {
                outcome = order.give(recipient);
            } finally {
                over.set(true);
                observer.join();
            }
            assertThat(mostOpen.get()).isBetween(1L, MAX_OPEN_FILES);
            System.out.printf(
                    "%s of %d files: %s, at most %d open, heap at most %d MiB%n",
                    what,
                    FILES,
                    Duration.ofNanos(System.nanoTime() - beginNanos),
                    mostOpen.get(),
                    outcome.heapBytes() >> 20);
            return outcome;
        }
    }
}

package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jclone.daemon.api.TargetStatus.DirectoryState;
import org.jclone.daemon.history.History;
import org.jclone.daemon.systemd.ServiceManager;
import org.jclone.daemon.throttle.DonorCare;
import org.jclone.daemon.throttle.ThrottleSchedule;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.donor.DonorListener;
import org.jclone.provision.donor.DonorTable;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thread cannot be started once. Afterwards all works again. */
@Timeout(60)
class ThreadShortageTest {

    @TempDir
    private Path folder;

    private final AtomicInteger failures = new AtomicInteger(1);
    private final AtomicInteger started = new AtomicInteger();

    private static final class NoRequests implements TargetRequests {

        @Override
        public ProvisionRequest request(DonorListener donors) throws CloneException {
            throw new AssertionError("no run is ordered");
        }

        @Override
        public DonorTable donors() {
            return new DonorTable(List.of(), List.of());
        }
    }

    private Target target(Upkeep upkeep) {
        return new Target(
                "db1",
                folder.resolve("db1"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                BandwidthLimits.NONE,
                DonorCare.NONE,
                upkeep,
                new NoRequests(),
                "",
                "file, line 1");
    }

    /** Fails as the virtual machine does, but not with an error that would end the tests. */
    private void requireThread() {
        if (failures.getAndDecrement() > 0) {
            throw new InternalError("no thread");
        }
    }

    /** Threads that end at once. */
    private ExecutorService threads(boolean works) {
        return new ThreadPoolExecutor(0, 9, 0, TimeUnit.SECONDS, new SynchronousQueue<>()) {
            @Override
            public void execute(Runnable work) {
                requireThread();
                started.incrementAndGet();
                if (works) {
                    super.execute(work);
                }
            }
        };
    }

    @Test
    void aDirectoryIsReadAgain() {
        DirectoryReader.Facts data =
                new DirectoryReader.Facts(DirectoryState.DATA, Optional.empty(), OptionalLong.empty());
        AtomicInteger nanos = new AtomicInteger();
        try (DirectoryReader reader =
                new DirectoryReader(target -> data, Clock.systemUTC(), nanos::incrementAndGet, threads(true))) {
            DirectoryReader.Answer first =
                    reader.read(target(Upkeep.NONE), Duration.ofSeconds(1).toNanos());
            assertThat(first.unansweredSince()).isPresent();

            failures.set(0);
            assertThat(reader.read(target(Upkeep.NONE), Duration.ofSeconds(20).toNanos()))
                    .isEqualTo(new DirectoryReader.Answer(data, Optional.empty()));
        }
    }

    @Test
    void aTargetIsLookedAtAgain() {
        Target target = target(new Upkeep(true, false, Duration.ZERO, 1));
        PastRuns past = new PastRuns(new History(folder.resolve(History.NAME), Clock.systemUTC(), warning -> {}));
        try (Keeper keeper = new Keeper(
                null, new RunQueue(() -> 0), past, new KeptTargets(folder), Clock.systemUTC(), null, threads(false))) {
            keeper.look(List.of(target));
            assertThat(started).hasValue(0);

            keeper.look(List.of(target));
            assertThat(started).hasValue(1);
        }
    }

    @Test
    void aTickThatFailsIsNotTheLast() throws Exception {
        InstantSource instants = () -> {
            if (Thread.currentThread().getName().equals("daemon-ticker")) {
                started.incrementAndGet();
                requireThread();
            }
            return Instant.now();
        };
        Clock clock = instants.withZone(ZoneOffset.UTC);
        DaemonConfiguration configuration = new DaemonConfiguration(
                folder.resolve("jclone.cnf"),
                new DaemonSettings(folder.resolve("state"), 1, Duration.ofDays(30)),
                List.of(target(Upkeep.NONE)),
                ThrottleSchedule.NONE);
        try (Daemon daemon =
                new Daemon(configuration, () -> configuration, "1.2.3", clock, System::nanoTime, ServiceManager.NONE)) {
            daemon.start();
            while (started.get() < 2) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
    }
}

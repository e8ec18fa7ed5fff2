package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.throttle.DonorCare;
import org.jclone.daemon.throttle.DonorWatcher;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class CopyLimitsTest {

    private static final DonorAddress DONOR = new DonorAddress("db1.example.com", 3306);
    private static final BandwidthLimits GRANTED = new BandwidthLimits(100, 30);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<EventText> published = new ArrayList<>();
    private final List<BandwidthLimits> engine = new ArrayList<>();
    private final CopyLimits limits = new CopyLimits(published::add);

    private static DonorWatcher watcher(DonorWatcher.Copy copy) {
        return new DonorWatcher(
                DonorCare.NONE,
                donor -> {
                    throw new AssertionError("the watcher was not started");
                },
                () -> 0,
                copy,
                () -> {});
    }

    @Test
    void theLowerOfCapAndGrantedIsInEffect() {
        limits.limit(OptionalLong.of(8), Optional.empty());
        assertThat(limits.inEffect()).as("nothing granted means no limit").isEqualTo(new BandwidthLimits(8, 0));
        limits.grant(GRANTED);
        assertThat(limits.inEffect()).isEqualTo(new BandwidthLimits(8, 30));
        limits.limit(OptionalLong.of(200), Optional.empty());
        assertThat(limits.inEffect()).isEqualTo(GRANTED);
        limits.limit(OptionalLong.empty(), Optional.empty());
        assertThat(limits.inEffect()).isEqualTo(GRANTED);
    }

    @Test
    void theCapDoesNotChangeWhatIsGranted() {
        limits.grant(GRANTED);
        limits.limit(OptionalLong.of(8), Optional.empty());
        assertThat(limits.isGranted(GRANTED)).isTrue();
        assertThat(limits.granted()).isEqualTo(100);
    }

    @Test
    void theEngineHasTheLimitsInEffect() {
        limits.grant(GRANTED);
        limits.setEngine(Optional.of(engine::add));
        limits.limit(OptionalLong.of(8), Optional.empty());
        limits.grant(BandwidthLimits.NONE);
        assertThat(engine).containsExactly(GRANTED, new BandwidthLimits(8, 30), new BandwidthLimits(8, 0));

        limits.setEngine(Optional.empty());
        limits.grant(GRANTED);
        assertThat(engine).hasSize(3);
    }

    @Test
    void aCapEndsWithItsWatcher() {
        limits.grant(GRANTED);
        limits.limit(OptionalLong.of(8), Optional.empty());
        limits.setWatcher(Optional.empty());
        assertThat(limits.inEffect()).isEqualTo(GRANTED);
    }

    @Test
    void onlyAChangeWithAReasonIsPublished() {
        limits.limit(OptionalLong.of(8), Optional.of("the donor is busy: x"));
        limits.limit(OptionalLong.of(9), Optional.empty());
        limits.note("no answer");

        assertThat(published).extracting(EventText::kind).containsExactly(RunEvent.Kind.THROTTLE, RunEvent.Kind.NOTE);
        assertThat(published.get(0).text())
                .isEqualTo("limits: 8 MiB/s of data, unlimited on the wire (the donor is busy: x)");
        assertThat(published.get(0).details())
                .containsEntry("data_mib_per_second", "8")
                .containsEntry("network_mib_per_second", "0")
                .containsEntry("reason", "the donor is busy: x");
    }

    @Test
    void publishesWithoutItsLock() {
        List<Boolean> held = new ArrayList<>();
        List<CopyLimits> self = new ArrayList<>();
        CopyLimits checked = new CopyLimits(event -> held.add(Thread.holdsLock(self.get(0))));
        self.add(checked);
        checked.limit(OptionalLong.of(8), Optional.of("busy"));
        checked.note("no answer");
        assertThat(held).containsExactly(false, false);
    }

    /** The watcher may call while it holds its lock, and another thread waits for that lock. */
    @Test
    void neverWaitsForTheWatcherWithItsLock() throws Exception {
        DonorWatcher watcher = watcher(limits);
        limits.setWatcher(Optional.of(watcher));
        Thread waits = new Thread(() -> limits.watch(Optional.of(DONOR)));
        Thread calls = new Thread(() -> limits.limit(OptionalLong.of(8), Optional.empty()));
        synchronized (watcher) {
            waits.start();
            while (waits.getState() != Thread.State.BLOCKED) {
                Thread.sleep(1);
            }
            calls.start();
            calls.join(PATIENCE.toMillis());
            assertThat(calls.isAlive()).isFalse();
        }
        waits.join();
        assertThat(limits.inEffect()).isEqualTo(new BandwidthLimits(8, 0));
    }
}

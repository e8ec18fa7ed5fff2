package org.jclone.donor.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorEvent;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.clone.CloneError;
import org.junit.jupiter.api.Test;

/** Events of clones for the operator. */
class CloneEventsTest {

    private static final MadeData DATA =
            MadeData.builder(1).table("t/a", 1 << 20).build();

    private final List<DonorEvent> events = new CopyOnWriteArrayList<>();

    private CloneRegistry registry(CloneLimits limits) {
        return new CloneRegistry(DonorConfig.builder(DATA)
                .account(Account.of("somebody", ""))
                .limits(limits)
                .firstCloneId(500)
                .listener(events::add)
                .build());
    }

    private List<DonorEvent.Kind> kinds() {
        return events.stream().map(DonorEvent::kind).toList();
    }

    @Test
    void reportsACompleteClone() throws DonorErrorException {
        CloneRegistry registry = registry(CloneLimits.MYSQL);
        CloneOperation clone = registry.begin(new RecordingPeer());
        clone.tally().onSent(1234);
        clone.tally().onComplete();
        registry.end(clone);

        assertThat(kinds()).containsExactly(DonorEvent.Kind.STARTED, DonorEvent.Kind.COMPLETED);
        assertThat(events.get(1).sentBytes()).isEqualTo(1234);
        assertThat(events.get(1).cloneId()).isEqualTo(500);
        assertThat(events.get(1).recipient()).isEqualTo("somebody@10.1.2.3:4567");
        assertThat(events.get(1).connections()).isEqualTo(1);
    }

    @Test
    void reportsAFailedClone() throws DonorErrorException {
        CloneRegistry registry = registry(CloneLimits.MYSQL);
        CloneOperation clone = registry.begin(new RecordingPeer());
        clone.fail(CloneError.ER_ERROR_ON_READ, "the disk is broken");
        registry.end(clone);

        assertThat(kinds()).containsExactly(DonorEvent.Kind.STARTED, DonorEvent.Kind.FAILED);
        assertThat(events.get(1).detail()).isEqualTo("the disk is broken");
    }

    @Test
    void reportsAnInterruptedCloneThatANewOneReplaces() throws DonorErrorException {
        CloneRegistry registry = registry(CloneLimits.MYSQL);
        interrupt(registry);
        registry.begin(new RecordingPeer());

        assertThat(kinds())
                .containsExactly(
                        DonorEvent.Kind.STARTED,
                        DonorEvent.Kind.INTERRUPTED,
                        DonorEvent.Kind.FAILED,
                        DonorEvent.Kind.STARTED);
    }

    @Test
    void reportsAnInterruptedCloneThatIsNotKept() throws DonorErrorException {
        interrupt(registry(CloneLimits.MYSQL.withResumeWindow(Duration.ZERO)));

        assertThat(kinds()).containsExactly(DonorEvent.Kind.STARTED, DonorEvent.Kind.FAILED);
    }

    private static void interrupt(CloneRegistry registry) throws DonorErrorException {
        CloneOperation clone = registry.begin(new RecordingPeer());
        clone.execute();
        clone.fail(CloneError.ER_NET_READ_ERROR, "gone");
        registry.end(clone);
    }

    @Test
    void refusesNewClonesWhileStopping() throws Exception {
        CloneRegistry registry = registry(CloneLimits.MYSQL);
        CloneOperation clone = registry.begin(new RecordingPeer());
        registry.close();

        assertThat(registry.awaitNone(Duration.ofMillis(1))).isFalse();
        assertThatExceptionOfType(DonorErrorException.class)
                .isThrownBy(() -> registry.begin(new RecordingPeer()))
                .withMessageContaining("stop");
        registry.end(clone);
        assertThat(registry.awaitNone(Duration.ofMillis(1))).isTrue();
    }

    @Test
    void sharesTheBandwidthLimit() {
        AtomicLong now = new AtomicLong(7_000_000_000L);
        Throttle throttle = new Throttle(1 << 20, now::get);

        assertThat(throttle.reserve(1 << 20)).isZero();
        assertThat(throttle.reserve(1 << 20)).isEqualTo(1_000_000_000L);
        now.addAndGet(300_000_000L);
        assertThat(throttle.reserve(1)).isEqualTo(1_700_000_000L);
        now.addAndGet(60_000_000_000L);
        assertThat(throttle.reserve(1 << 20)).as("a late start").isZero();
        assertThat(throttle.reserve(1))
                .as("no more than 100 ms of it are made up for")
                .isEqualTo(900_000_000L);
        assertThat(new Throttle(0, now::get).reserve(1 << 30)).isZero();
    }
}

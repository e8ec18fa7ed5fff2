package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clone that failed to reconnect says how much longer the donor waits. */
class GivenUpTest {

    private static final Duration RECONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Pattern UNTIL = Pattern.compile("keeps its snapshot until about (\\S+)");

    private static final MadeData DATA = MadeData.builder(17)
            .systemTablespace(64 << 10)
            .table("t/a", 5 << 20)
            .build();

    @TempDir
    Path parent;

    @Test
    void countsTheDonorsWaitFromTheLostConnection() {
        AtomicReference<CloneRig> lost = new AtomicReference<>();
        AtomicReference<Instant> when = new AtomicReference<>();
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(Moment.data(SnapshotState.FILE_COPY).nth(3))
                .then(Action.call("the donor disappears", () -> {
                    when.set(Instant.now());
                    new Thread(() -> lost.get().donor().close()).start();
                })));
        try (CloneRig rig = CloneRig.of(parent, DATA, script)
                .with(request -> request.interruptions(it -> it.withReconnectTimeout(RECONNECT_TIMEOUT)))) {
            lost.set(rig);
            rig.fail(CloneErrorCode.CONNECTION_LOST);
            assertThat(rig.warnings()).singleElement().satisfies(warning -> {
                Matcher until = UNTIL.matcher(warning.text());
                assertThat(until.find()).as(warning.text()).isTrue();
                assertThat(Instant.parse(until.group(1)))
                        .isBetween(
                                when.get().plus(WINDOW).minusSeconds(1), // it tells whole seconds
                                firstTryUntil(rig).minus(RECONNECT_TIMEOUT).plus(WINDOW));
            });
        }
    }

    /**
     * Returns the time as counted just after the loss was noted, however slow the machine is, and long before the clone
     * gave up.
     */
    private static Instant firstTryUntil(CloneRig rig) {
        return rig.events().stream()
                .filter(CloneEvent.Reconnecting.class::isInstance)
                .map(event -> ((CloneEvent.Reconnecting) event).deadline())
                .findFirst()
                .orElseThrow();
    }

    /** Nothing can be resumed then, and the same command may be repeated. */
    @Test
    void leavesNothingBeforeAnyData() {
        AtomicReference<CloneRig> rig = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        FaultScript aborted = FaultScript.of(Fault.on(main())
                .at(Moment.data(SnapshotState.FILE_COPY))
                .then(Action.call("the operator aborts it", () -> abort(rig.get(), ended))));
        FaultScript refused = FaultScript.of(
                Fault.on(main()).at(Moment.data(SnapshotState.FILE_COPY)).then(Action.refuse(1317, "interrupted")));
        for (FaultScript script : List.of(aborted, refused)) {
            rig.set(CloneRig.of(parent, DATA, script));
            try (CloneRig clone = rig.get()) {
                CloneException failure = clone.failure();
                ended.countDown();
                assertThat(failure.hint()).doesNotContain("unfinished", "Remove");
                assertThat(clone.target()).doesNotExist();
                assertThat(clone.warnings()).isEmpty();
                clone.awaitClones(0);
            }
        }
    }

    /** Aborts, and keeps the donor from sending data before the recipient has stopped. */
    private static void abort(CloneRig rig, CountDownLatch ended) {
        rig.abort();
        try {
            ended.await(CloneRig.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void promisesNoWaitOfADonorThatDoesNotWait() {
        FaultScript cut = FaultScript.of(
                Fault.on(main()).at(Moment.data(SnapshotState.FILE_COPY).nth(3)).then(Action.close()));
        try (CloneRig rig = CloneRig.of(
                        parent,
                        DATA,
                        donor -> donor.faults(cut).limits(CloneLimits.MYSQL.withResumeWindow(Duration.ZERO)))
                .with(request -> request.interruptions(it -> it.withReconnectTimeout(Duration.ZERO)))) {
            rig.fail(CloneErrorCode.CONNECTION_LOST);
            assertThat(rig.warnings()).isEmpty();
        }
    }
}

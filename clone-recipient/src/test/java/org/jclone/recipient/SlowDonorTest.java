package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.any;
import static org.jclone.donor.fault.Connections.main;
import static org.jclone.donor.fault.Connections.number;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.DescriptorHeader;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes may arrive in any pieces and after any pause. Only a silence that is too long ends a clone. */
class SlowDonorTest {

    /** For donors whose silence must end. On a busy machine it ends others, too, which then reconnect. */
    private static final Duration SHORT = Duration.ofMillis(400);

    private static final Duration PATIENT = Duration.ofSeconds(40);

    private static final MadeData DATA = MadeData.builder(5)
            .systemTablespace(64 << 10)
            .table("t/a", 1 << 20)
            .modify("t/a", 1, 2)
            .build();

    @TempDir
    Path parent;

    @Test
    void byteByByte() {
        MadeData data =
                MadeData.builder(5).pageSize(4096).table("t/a", 28 << 10).build();
        assertClones(data, Fault.on(any()).at(Moment.everyMessage()).then(Action.drip()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void inRandomPieces(long seed) {
        assertClones(DATA, Fault.on(any()).at(Moment.everyMessage()).then(Action.split(seed, 9)));
    }

    @Test
    void lateAnswersToAcknowledgements() {
        assertClones(
                DATA,
                Fault.on(number(2))
                        .at(Moment.response(CloneResponseCode.COMPLETE).onwards())
                        .then(Action.stall(Duration.ofMillis(200))));
    }

    @Test
    void pauseWithinABlock() {
        assertClones(DATA, Fault.on(main()).at(Moment.afterByte(500_000)).then(Action.stall(Duration.ofMillis(200))));
    }

    @Test
    void manyKeepAlives() {
        StateDescriptor keepAlive = new StateDescriptor(
                DescriptorHeader.VERSION,
                SnapshotState.FILE_COPY,
                0,
                2,
                2,
                0,
                0,
                StateDescriptor.START | StateDescriptor.ACK);
        assertClones(
                DATA,
                Fault.on(main())
                        .at(Moment.dataDescriptor(SnapshotState.FILE_COPY))
                        .then(Action.precede(DataDescriptorResponse.innodb(keepAlive), 10_000)));
    }

    @Test
    void keepAlivesDuringAnAcknowledgement() {
        FaultScript script =
                FaultScript.of(Fault.on(number(2)).at(Moment.message(1)).then(Action.stall(Duration.ofMillis(100))));
        try (CloneRig rig = rig(
                DATA,
                config ->
                        config.faults(script).limits(CloneLimits.MYSQL.withKeepAliveInterval(Duration.ofMillis(10))))) {
            rig.run();
            FinalState.assertIdentical(DATA, rig.target());
        }
    }

    static List<Moment> silences() {
        return List.of(
                Moment.stateEnd(SnapshotState.INIT),
                Moment.stateStart(SnapshotState.FILE_COPY),
                Moment.file(SnapshotState.FILE_COPY),
                Moment.data(SnapshotState.FILE_COPY),
                Moment.stateEnd(SnapshotState.PAGE_COPY),
                Moment.data(SnapshotState.REDO_COPY),
                Moment.stateStart(SnapshotState.DONE));
    }

    @ParameterizedTest
    @MethodSource("silences")
    void continuesAfterSilence(Moment moment) {
        FaultScript script = FaultScript.of(Fault.on(number(1)).at(moment).then(Action.fallSilent()));
        try (CloneRig rig = rig(DATA, config -> config.faults(script), SHORT, SHORT)) {
            rig.run();
            FinalState.assertIdentical(DATA, rig.target());
            assertThat(rig.donor().faultsMade()).isPositive();
        }
    }

    static List<Moment> transitions() {
        return List.of(
                Moment.stateStart(SnapshotState.FILE_COPY),
                Moment.stateStart(SnapshotState.PAGE_COPY),
                Moment.stateStart(SnapshotState.REDO_COPY),
                Moment.stateStart(SnapshotState.DONE));
    }

    /** While a donor waits for transactions in its binary log, it sends no keep-alives. */
    @ParameterizedTest
    @MethodSource("transitions")
    void aDonorMayBeSilentBetweenTwoStates(Moment moment) {
        AtomicReference<CloneRig> running = new AtomicReference<>();
        AtomicLong reconnects = new AtomicLong(-1);
        FaultScript script =
                FaultScript.of(Fault.on(main()).at(moment).then(Action.call("wait for transactions", () -> {
                    long before = reconnects(running.get());
                    LockSupport.parkNanos(SHORT.multipliedBy(2).toNanos());
                    reconnects.set(reconnects(running.get()) - before);
                })));
        try (CloneRig rig = rig(DATA, config -> config.faults(script), SHORT, PATIENT)) {
            running.set(rig);
            rig.run();
            FinalState.assertIdentical(DATA, rig.target());
            assertThat(reconnects).as("during the silence").hasValue(0);
        }
    }

    private static long reconnects(CloneRig rig) {
        return rig.events().stream()
                .filter(CloneEvent.Reconnecting.class::isInstance)
                .count();
    }

    @Test
    void silenceInsteadOfAGreeting() {
        FaultScript script =
                FaultScript.of(Fault.on(number(1)).at(Moment.message(1)).then(Action.fallSilent()));
        try (CloneRig rig = rig(DATA, config -> config.faults(script))
                .with(request -> request.login(it -> it.withConnectTimeout(SHORT)))) {
            rig.fail(CloneErrorCode.CONNECT_FAILED);
        }
    }

    @Test
    void acknowledgementNeverAnswered() {
        FaultScript script = FaultScript.of(Fault.on(number(2))
                .at(Moment.response(CloneResponseCode.COMPLETE))
                .then(Action.fallSilent()));
        try (CloneRig rig = rig(DATA, config -> config.faults(script), SHORT, SHORT)) {
            rig.run();
            FinalState.assertIdentical(DATA, rig.target());
            assertThat(rig.donor().faultsMade()).isPositive();
        }
    }

    @Test
    void silenceEndsACloneThatMayNotWait() {
        FaultScript script = FaultScript.of(
                Fault.on(number(1)).at(Moment.data(SnapshotState.FILE_COPY)).then(Action.fallSilent()));
        try (CloneRig rig = rig(DATA, config -> config.faults(script), SHORT, PATIENT)
                .with(request -> request.interruptions(it -> it.withReconnectTimeout(Duration.ZERO)))) {
            rig.fail(CloneErrorCode.CONNECTION_LOST);
        }
    }

    private CloneRig rig(MadeData data, UnaryOperator<DonorConfig.Builder> settings) {
        return rig(data, settings, PATIENT, PATIENT);
    }

    private CloneRig rig(
            MadeData data, UnaryOperator<DonorConfig.Builder> settings, Duration readTimeout, Duration transition) {
        return CloneRig.of(parent, data, settings)
                .with(request -> request.interruptions(
                                it -> it.withReadTimeout(readTimeout).withTransitionTimeout(transition))
                        .login(it -> it.withConnectTimeout(PATIENT))
                        .transfer(it -> it.withDdlTimeout(Duration.ZERO)));
    }

    private void assertClones(MadeData data, Fault fault) {
        try (CloneRig rig = rig(data, config -> config.faults(FaultScript.of(fault)))) {
            rig.run();
            FinalState.assertIdentical(data, rig.target());
            assertThat(rig.donor().faultsMade()).isPositive();
        }
    }
}

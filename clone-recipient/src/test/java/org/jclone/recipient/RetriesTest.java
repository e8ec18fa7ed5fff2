package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.any;
import static org.jclone.donor.fault.Connections.number;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.RetryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clone is retried only for failures that may pass, and only before data flows. */
class RetriesTest {

    private static final MadeData DATA =
            MadeData.builder(3).table("t/a", 256 << 10).build();
    private static final Duration FIRST = Duration.ofMillis(20);
    private static final Duration FURTHER = Duration.ofMillis(40);

    @TempDir
    Path parent;

    private CloneRig rig(int retries, FaultScript faults) {
        return CloneRig.of(parent, DATA, faults)
                .with(request ->
                        request.interruptions(it -> it.withRetry(new RetryPolicy(retries, List.of(FIRST, FURTHER)))));
    }

    private static FaultScript busy(Connections connections) {
        return FaultScript.of(Fault.on(connections)
                .at(Moment.response(CloneResponseCode.LOCS))
                .then(Action.refuse(CloneError.ER_LOCK_WAIT_TIMEOUT, "DDL is running")));
    }

    private static List<CloneEvent.Retrying> retries(CloneRig rig) {
        return rig.events().stream()
                .filter(CloneEvent.Retrying.class::isInstance)
                .map(CloneEvent.Retrying.class::cast)
                .toList();
    }

    @Test
    void retriesABusyDonor() {
        try (CloneRig rig = rig(2, busy(number(1)))) {
            rig.run();
            FinalState.assertIdentical(DATA, rig.target());
            assertThat(retries(rig)).singleElement().satisfies(retry -> {
                assertThat(retry.reason()).contains("error 1205", "DDL is running");
                assertThat(retry.retry()).isEqualTo(1);
                assertThat(retry.retries()).isEqualTo(2);
                assertThat(retry.delay()).isEqualTo(FIRST);
            });
        }
    }

    @Test
    void failsWhenTheRetriesAreUsedUp() {
        try (CloneRig rig = rig(3, busy(any()))) {
            rig.fail(CloneErrorCode.DONOR_BUSY);
            assertThat(retries(rig)).extracting(CloneEvent.Retrying::delay).containsExactly(FIRST, FURTHER, FURTHER);
            rig.awaitClones(0);
        }
    }

    @Test
    void triesOnceWithoutRetries() {
        try (CloneRig rig = rig(0, busy(number(1)))) {
            rig.fail(CloneErrorCode.DONOR_BUSY);
            assertThat(retries(rig)).isEmpty();
        }
    }

    private static int closedPort() throws IOException {
        try (Crossroads nobody = new Crossroads(0)) {
            return nobody.port();
        }
    }

    @Test
    void retriesAnUnreachableDonor() throws Exception {
        int closed = closedPort();
        try (CloneRig rig = rig(2, FaultScript.NONE)) {
            rig.with(request -> request.donor(new DonorAddress("127.0.0.1", closed)));
            rig.fail(CloneErrorCode.CONNECT_FAILED);
            assertThat(retries(rig)).hasSize(2);
        }
    }

    @Test
    void retriesAConnectionThatBreaksAtOnce() throws Exception {
        int refusedAtFirst = 5; // each attempt connects this often by itself
        try (CloneRig rig = rig(1, FaultScript.NONE)) {
            int[] ports = new int[refusedAtFirst + 1];
            ports[refusedAtFirst] = rig.donor().port();
            try (Crossroads crossroads = new Crossroads(ports)) {
                rig.with(request -> request.donor(new DonorAddress("127.0.0.1", crossroads.port())));
                rig.run();
                assertThat(retries(rig)).hasSize(1);
            }
        }
    }

    @Test
    void doesNotRetryAPermanentFailure() {
        try (CloneRig rig = rig(3, FaultScript.NONE)
                .with(request -> request.login(it -> it.withPassword(Password.of("wrong".toCharArray()))))) {
            rig.fail(CloneErrorCode.ACCESS_DENIED);
            assertThat(retries(rig)).isEmpty();
        }
    }

    @Test
    void doesNotRetryABlockedHost() {
        FaultScript script = FaultScript.of(Fault.on(any())
                .at(Moment.response(CloneResponseCode.LOCS))
                .then(Action.refuse(CloneError.ER_HOST_IS_BLOCKED, "blocked because of many connection errors")));
        try (CloneRig rig = rig(3, script)) {
            rig.fail(CloneErrorCode.CONNECT_FAILED);
            assertThat(retries(rig)).isEmpty();
        }
    }

    @Test
    void doesNotRestartOnceDataFlows() {
        FaultScript script = FaultScript.of(
                Fault.on(number(1)).at(Moment.data(SnapshotState.FILE_COPY)).then(Action.close()));
        try (CloneRig rig =
                rig(3, script).with(request -> request.interruptions(it -> it.withReconnectTimeout(Duration.ZERO)))) {
            rig.fail(CloneErrorCode.CONNECTION_LOST);
            assertThat(retries(rig)).isEmpty();
        }
    }
}

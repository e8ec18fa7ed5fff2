package org.jclone.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.jclone.provision.step.Run;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneControl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvisioningTest {

    @TempDir
    Path directory;

    /** The private server ends with its process, so its steps are repeated together. */
    @ParameterizedTest
    @CsvSource({
        "BEGUN, PREPARE, PREPARE",
        "DONE, PREPARE, CHOOSE_DONOR",
        "FAILED, CLONE, CLONE",
        "DONE, STOP, EXCHANGE",
        "BEGUN, EXCHANGE, EXCHANGE",
        "DONE, EXCHANGE, FIRST_START",
        "DONE, FIRST_START, FIRST_START",
        "BEGUN, CONFIGURE, FIRST_START",
        "FAILED, CATCH_UP, FIRST_START",
        "DONE, CATCH_UP, FIRST_START",
        "BEGUN, HAND_OVER, FIRST_START",
        "BEGUN, VERIFY, VERIFY",
        "DONE, VERIFY, VERIFY",
    })
    void continuesWithTheStepThatEnded(State state, Step step, Step next) throws Exception {
        ProvisionRecord record = ProvisionRecord.create(directory);
        record.to(state, step);
        assertThat(Provisioning.next(record)).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({"BEGUN, HAND_OVER, HAND_OVER", "DONE, HAND_OVER, VERIFY"})
    void needsNoPrivateServerOnceTheAccountIsRemoved(State state, Step step, Step next) throws Exception {
        ProvisionRecord record = ProvisionRecord.create(directory);
        record.to(state, step);
        record.set(Fact.ACCOUNT_REMOVED, "yes");
        assertThat(Provisioning.next(record)).isEqualTo(next);
    }

    /** The data stayed, so what is kept is an earlier run's. */
    @ParameterizedTest
    @CsvSource({"false, true", "true, false"})
    void removesOnlyOldDataThatItKept(boolean exchanged, boolean stays) throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Path old = Files.createDirectory(data.resolve(".jclone-old"));
        ProvisionRequest request = Requests.of(data, false);
        ProvisionRecord record = ProvisionRecord.create(data);
        if (exchanged) {
            record.set(Fact.OLD_DATA, "yes");
        }
        try (Run run = Provisioning.newRun(request, record, event -> {})) {
            new Provisioning(request, event -> {}).finish(run);
        }
        assertThat(Files.exists(old)).isEqualTo(stays);
        assertThat(record.state()).isEqualTo(State.COMPLETE);
    }

    /** The interrupt of a stop would close the file of the record that is put back. */
    @Test
    void aStopInPrepareLeavesTheRecordOfTheReplica() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        ProvisionRecord replica = ProvisionRecord.create(data);
        replica.set(Fact.OLD_DATA, "yes");
        replica.to(State.COMPLETE, Step.VERIFY);
        AtomicReference<Provisioning> running = new AtomicReference<>();
        List<Step> begun = new ArrayList<>();
        running.set(new Provisioning(Requests.of(data, false), event -> {
            if (event instanceof ProvisionEvent.StepBegan began) {
                begun.add(began.step());
                running.get().stop("SIGTERM");
            }
        }));
        assertThatExceptionOfType(ProvisionException.class)
                .isThrownBy(() -> running.get().run(Provisioning.Mode.NEW));
        assertThat(begun).containsExactly(Step.PREPARE);
        ProvisionRecord left = ProvisionRecord.read(data).orElseThrow();
        assertThat(left.state()).isEqualTo(State.COMPLETE);
        assertThat(left.has(Fact.OLD_DATA)).isTrue();
        assertThat(left.written()).isEqualTo(replica.written());
    }

    /** A stop may come between two attempts, while a hook runs; its interrupt would close the files of the copy. */
    @Test
    void aStopBeforeTheCopyStopsTheCopy() {
        Provisioning provisioning = new Provisioning(Requests.of(directory, false), event -> {});
        provisioning.stop("SIGTERM");
        Thread.currentThread().interrupt();
        List<String> asked = new ArrayList<>();
        provisioning.copies(Optional.of(new CloneControl() {
            @Override
            public void suspend(String reason) {
                asked.add("suspend: " + reason);
            }

            @Override
            public void abort(String reason) {
                asked.add("abort: " + reason);
            }

            @Override
            public void setBandwidthLimits(BandwidthLimits limits) {
                asked.add("limits");
            }
        }));
        assertThat(asked).containsExactly("suspend: SIGTERM");
        assertThat(Thread.interrupted()).isFalse();
    }
}

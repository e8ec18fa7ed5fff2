package org.jclone.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
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
}

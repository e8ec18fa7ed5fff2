package org.jclone.provision;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SameSettingsTest {

    @TempDir
    Path directory;

    private ProvisionRecord record(Step step) throws Exception {
        ProvisionRecord record = ProvisionRecord.inMemory(directory);
        record.to(State.BEGUN, step);
        return record;
    }

    private static void require(ProvisionRequest request, ProvisionRecord record) throws Exception {
        new SameSettings(request, event -> {}, record).require();
    }

    @Test
    void aRunForAGroupDoesNotContinueAsAReplica() throws Exception {
        ProvisionRecord record = record(Step.CONFIGURE);
        record.set(Fact.GROUP, "g");
        require(Requests.joining(directory), record);
        assertThatThrownBy(() -> require(Requests.of(directory, false), record))
                .hasMessage("the run began with --join-group, now it is missing");
    }

    @Test
    void aRunForAReplicaDoesNotContinueAsAMember() throws Exception {
        assertThatThrownBy(() -> require(Requests.joining(directory), record(Step.CLONE)))
                .hasMessage("the run began without --join-group, now it is given");
    }

    @Test
    void channelsStayThoseOfTheRun() throws Exception {
        ProvisionRecord record = record(Step.CLONE);
        record.set(Fact.CHANNELS, "KEEP");
        require(Requests.keepingChannels(directory), record);
        assertThatThrownBy(() -> require(Requests.of(directory, false), record))
                .hasMessage("the run began with --channels=KEEP, now it is REPLACE");
    }

    @Test
    void prepareBeginsFromTheStart() {
        assertThatCode(() -> require(Requests.joining(directory), record(Step.PREPARE)))
                .doesNotThrowAnyException();
    }
}

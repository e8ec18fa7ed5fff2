package org.jclone.provision.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvisionRecordTest {

    @TempDir
    Path directory;

    @Test
    void anotherProcessReadsWhatWasRecorded() throws Exception {
        ProvisionRecord record = ProvisionRecord.create(directory);
        record.to(State.BEGUN, Step.FIRST_START);
        record.set(
                Fact.GTID_EXECUTED,
                "8653b837-ec67-11f1-8487-02fc00000001:1-5,\n9653b837-ec67-11f1-8487-02fc00000001:1");
        record.set(Fact.CONFIG_FILE, "/etc/a=b.cnf");

        ProvisionRecord read = ProvisionRecord.read(directory).orElseThrow();

        assertThat(read.state()).isEqualTo(State.BEGUN);
        assertThat(read.step()).isEqualTo(Step.FIRST_START);
        assertThat(read.fact(Fact.GTID_EXECUTED))
                .contains("8653b837-ec67-11f1-8487-02fc00000001:1-5,9653b837-ec67-11f1-8487-02fc00000001:1");
        assertThat(read.fact(Fact.CONFIG_FILE)).contains("/etc/a=b.cnf");
        assertThat(read.written()).isEqualTo(record.written());
    }

    @Test
    void aFailureIsRecordedUntilTheNextStep() throws Exception {
        ProvisionRecord record = ProvisionRecord.create(directory);
        record.to(State.BEGUN, Step.CLONE);
        record.failed(new CloneException(CloneErrorCode.PROVISIONING, "the donor is gone", "look"));
        assertThat(ProvisionRecord.read(directory).orElseThrow().fact(Fact.FAILURE))
                .contains("the donor is gone");
        assertThat(ProvisionRecord.read(directory).orElseThrow().fact(Fact.FAILURE_HINT))
                .contains("look");

        record.to(State.BEGUN, Step.CLONE);

        assertThat(ProvisionRecord.read(directory).orElseThrow().has(Fact.FAILURE))
                .isFalse();
    }

    /** Otherwise a run would begin from the start while a disk has errors or a directory is closed to the daemon. */
    @Test
    void aDirectoryThatCannotBeSearchedIsNotOneWithoutARecord() throws Exception {
        Path loop = directory.resolve("loop");
        Files.createSymbolicLink(loop, loop);

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> ProvisionRecord.read(loop))
                .withMessageContaining("cannot read " + loop);
        assertThat(ProvisionRecord.read(directory.resolve("missing"))).isEmpty();
        assertThat(ProvisionRecord.read(Files.createFile(directory.resolve("file"))))
                .isEmpty();
    }

    /** Two processes compute different times of a start if the clock was set in between. */
    @Test
    void knowsTheProcessWhateverTheClockSays() throws Exception {
        ProvisionRecord record = ProvisionRecord.create(directory);
        record.to(State.BEGUN, Step.CLONE);
        record.setProcess();
        assertThat(record.isRunning()).isTrue();
        assertThat(record.fact(Fact.PROCESS).orElseThrow())
                .matches(ProcessHandle.current().pid() + " [0-9]+ [0-9a-f-]{36}");

        record.set(Fact.PROCESS, ProcessHandle.current().pid() + " 1 00000000-0000-0000-0000-000000000000");
        assertThat(record.isRunning()).isFalse();
    }

    @Test
    void thereIsNoneInAnotherDirectory() throws Exception {
        assertThat(ProvisionRecord.read(directory)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "jclone provision 2\nDONE\nCLONE\n2026-01-01T00:00:00Z\n",
                "jclone provision 1\nX\nY\nZ\n",
                "jclone provision 1\nDONE\nCLONE\n2026-01-01T00:00:00Z\nnothing\n"
            })
    void refusesWhatIsNoRecord(String content) throws Exception {
        Files.writeString(directory.resolve(ProvisionRecord.NAME), content);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> ProvisionRecord.read(directory))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.PROVISIONING))
                .withMessageContaining(ProvisionRecord.NAME);
    }
}

package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jclone.provision.Requests;
import org.jclone.provision.api.HookSettings;
import org.jclone.provision.api.HookSettings.Hook;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class HooksTest {

    private static final DonorAddress DB1 = new DonorAddress("db1", 3306);
    private static final DonorAddress DB2 = new DonorAddress("db2", 3306);

    @TempDir
    Path folder;

    private final List<ProvisionEvent> events = new ArrayList<>();
    private final Map<Hook, String> commands = new EnumMap<>(Hook.class);
    private Path seen;

    @BeforeEach
    void recordAll() {
        seen = folder.resolve("seen");
        for (Hook hook : Hook.values()) {
            commands.put(hook, "cat >> " + seen);
        }
    }

    /** Returns what a process would have that reads the record. */
    private Hooks hooks() throws Exception {
        ProvisionRecord record = ProvisionRecord.read(folder).orElse(ProvisionRecord.create(folder));
        record.set(Fact.RUN, "a-run");
        record.set(Fact.SOURCE, "db0:3306");
        ProvisionRequest request = Requests.of(folder, false, new HookSettings(commands, Duration.ofSeconds(50)));
        return new Hooks(new Run(request, record, events::add, Clock.systemUTC(), System::nanoTime));
    }

    private List<String> seen() throws Exception {
        return Files.exists(seen) ? Files.readAllLines(seen) : List.of();
    }

    @Test
    void tellsWhatItIsAbout() throws Exception {
        hooks().donorChosen(DB1);
        hooks().caughtUp("uuid:1-5,\nother:1");
        String common =
                "\"run\": \"a-run\", \"step\": \"%s\", \"directory\": \"" + folder + "\", \"source\": \"db0:3306\"";
        assertThat(seen())
                .containsExactly(
                        "{\"hook\": \"donor-chosen\", " + common.formatted("CLONE") + ", \"donor\": \"db1:3306\"}",
                        "{\"hook\": \"caught-up\", " + common.formatted("CATCH_UP")
                                + ", \"donor\": \"db1:3306\", \"gtidExecuted\": \"uuid:1-5,other:1\"}");
    }

    @Test
    void runsOnceInARunThoughTheProcessDies() throws Exception {
        hooks().beforeExchange();
        hooks().beforeExchange();
        assertThat(hooks().wantsCaughtUp()).isTrue();
        hooks().caughtUp("");
        assertThat(hooks().wantsCaughtUp()).isFalse();
        assertThat(seen()).hasSize(2);
    }

    @Test
    void runsAgainForAnotherDonor() throws Exception {
        hooks().donorChosen(DB1);
        hooks().donorChosen(DB1);
        hooks().donorChosen(DB2);
        hooks().donorChosen(DB1);
        assertThat(seen())
                .extracting(line -> line.replaceAll(".*\"donor\": \"(.*?)\".*", "$1"))
                .containsExactly("db1:3306", "db2:3306", "db1:3306");
    }

    @Test
    void stopsTheRunAndRunsAgainAfterItFailed() throws Exception {
        commands.put(Hook.BEFORE_EXCHANGE, "echo no; cat >> " + seen + "; exit 3");
        Hooks hooks = hooks();
        CloneException failure = catchThrowableOfType(CloneException.class, hooks::beforeExchange);
        assertThat(failure.code()).isEqualTo(CloneErrorCode.PROVISIONING);
        assertThat(failure).hasMessage("the command of --hook-before-exchange ended with status 3");
        assertThat(failure.hint()).contains("--resume");
        assertThat(events).containsExactly(new ProvisionEvent.Note(Step.STOP, "hook before-exchange: no"));

        commands.put(Hook.BEFORE_EXCHANGE, "cat >> " + seen);
        hooks().beforeExchange();
        assertThat(seen()).hasSize(2);
    }

    private static ProvisionException failure(CloneErrorCode code) {
        return new ProvisionException(
                Step.CLONE, "The old data is \"untouched\".", new CloneException(code, "the text", "the hint"));
    }

    @Test
    void reportsAFailure() throws Exception {
        hooks().failed(failure(CloneErrorCode.DISK_FULL));
        assertThat(seen()).hasSize(1);
        assertThat(seen().get(0))
                .endsWith("\"errorCode\": \"DISK_FULL\", \"exitStatus\": 12, \"errorText\": \"CLONE: the text\","
                        + " \"errorHint\": \"the hint\", \"holds\": \"The old data is \\\"untouched\\\".\"}")
                .doesNotContain("pw1", "pw2");
    }

    @Test
    void onlyWarnsIfTheHookForFailuresFails() throws Exception {
        commands.put(Hook.FAILED, "exit 9");
        hooks().failed(failure(CloneErrorCode.DISK_FULL));
        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        ProvisionEvent.Warning.class,
                        warning -> assertThat(warning.text())
                                .isEqualTo("the command of --hook-failed ended with status 9"));
    }

    @Test
    void aStopBySignalIsNoFailure() throws Exception {
        hooks().failed(failure(CloneErrorCode.ABORTED));
        assertThat(seen()).isEmpty();
    }

    @Test
    void withoutCommandsNothingRuns() throws Exception {
        commands.clear();
        hooks().donorChosen(DB1);
        hooks().beforeExchange();
        assertThat(hooks().wantsCaughtUp()).isFalse();
        hooks().failed(failure(CloneErrorCode.DISK_FULL));
        assertThat(events).isEmpty();
    }
}

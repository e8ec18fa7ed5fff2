package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandTest {

    private static final long BEGIN = 1_795_229_520_000_000L;

    private final TestContext program = new TestContext();

    @TempDir
    private Path directory;

    private Path marks;

    @BeforeEach
    void makeFolder() throws Exception {
        marks = Files.createDirectory(directory.resolve("#clone"));
    }

    private void write(int state, String error, String lastLine) throws Exception {
        Files.writeString(
                marks.resolve("#view_status"), state + " 1\n" + BEGIN + " 0\ndb1:3306\n" + error + "\n\n0\n\n");
        Files.writeString(
                marks.resolve("#view_progress"),
                "1\n2 1 " + BEGIN + ' ' + (BEGIN + 1_000_000) + " 0 0 0\n3 2 " + BEGIN + " 0 1048576 524288 524300\n"
                        + "0 0 0 0 0 0 0\n".repeat(5) + lastLine);
    }

    @Test
    void showsARunningClone() throws Exception {
        Files.createFile(marks.resolve("#status_in_progress"));
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        write(1, "1317\nQuery execution was interrupted", "jclone 77 " + now + " 2 1024 2048 9 cut \u001b[2J\n");

        assertThat(program.run("status", directory.toString())).isEqualTo(3);
        assertThat(program.out())
                .startsWith("Clone of db1:3306 in " + directory + " is running, begun 2026-11-21T02:52:00Z, ")
                .contains(
                        "  FILE COPY  In Progress 2026-11-21T02:52:00Z",
                        "        2    1.00 MiB     512 KiB     512 KiB\n",
                        "  RECOVERY   Not Started\n",
                        "\nNow 1.00 KiB/s of data, 2.00 KiB/s over the network, 2 connections, about 9.00 s left",
                        "Last problem: cut \\u001b[2J\n")
                .doesNotContain("Query execution was interrupted");

        TestContext json = new TestContext();
        assertThat(json.run("status", directory.toString(), "--output=json")).isEqualTo(3);
        assertThat(json.out())
                .startsWith("{\"type\":\"status\",\"state\":\"in_progress\",")
                .contains(
                        "\"stage\":\"FILE COPY\",\"state\":\"in_progress\",",
                        "\"live\":{\"pid\":77,",
                        "\"connections\":2,\"dataBytesPerSecond\":1024,\"networkBytesPerSecond\":2048,",
                        "\"secondsLeft\":9}");
    }

    @Test
    void exitsWithTheStatusOfTheClone() throws Exception {
        write(2, "0\n", "");
        assertThat(program.run("status", directory.toString())).isZero();
        assertThat(program.out()).contains(" is complete, ");

        Files.createFile(marks.resolve("#status_in_progress"));
        write(3, "3634\nbusy", "");
        TestContext failed = new TestContext();
        assertThat(failed.run("status", directory.toString())).isEqualTo(4);
        assertThat(failed.out()).contains(" failed, ", "mysqld refuses the directory", "\nLast error 3634: busy\n");

        write(1, "1317\nQuery execution was interrupted", "jclone 77 " + BEGIN + " 2 1 1 -1 \n");
        TestContext silent = new TestContext();
        assertThat(silent.run("status", directory.toString())).isEqualTo(4);
        assertThat(silent.out()).contains(" is unfinished, ");
    }

    @Test
    void reportsADirectoryWithoutAClone() {
        assertThat(program.run("status", directory.resolve("nothing").toString()))
                .isEqualTo(5);
        assertThat(program.out()).startsWith("There is no clone in ");
        TestContext none = new TestContext();
        assertThat(none.run("status")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
    }

    @Test
    void showsWhereProvisioningStands() throws Exception {
        write(2, "0\n", "");
        Files.createFile(marks.resolve("#status_in_progress")); // the fence
        ProvisionRecord record = ProvisionRecord.create(directory);
        record.to(ProvisionRecord.State.BEGUN, Step.CONFIGURE);
        record.set(ProvisionRecord.Fact.DONOR, "db1:3306");

        assertThat(program.run("status", directory.toString())).isEqualTo(4);
        assertThat(program.out())
                .startsWith("Provisioning: step 7 of 10, CONFIGURE was begun, since 20")
                .contains("; no process works on it\n  Donor      db1:3306\n")
                .contains("\n  Next       No server starts on the directory; the same command with --resume continues")
                .contains("Clone of db1:3306 in " + directory + " is complete, ");

        record.setProcess();
        TestContext json = new TestContext();
        assertThat(json.run("status", directory.toString(), "--output=json")).isEqualTo(3);
        assertThat(json.out())
                .contains(
                        "\"provision\":{\"run\":null,\"state\":\"begun\",\"step\":\"CONFIGURE\",\"stepNumber\":7,\"steps\":10,",
                        "\"running\":true,",
                        "\"holds\":null}")
                .doesNotContain("percent", "process");

        record.to(ProvisionRecord.State.COMPLETE, Step.VERIFY);
        Files.delete(marks.resolve("#status_in_progress"));
        TestContext complete = new TestContext();
        assertThat(complete.run("status", directory.toString())).isZero();
        assertThat(complete.out())
                .startsWith("Provisioning: complete, since 20")
                .doesNotContain("Next");
    }

    /** The record names the best donor, and the copy the one that is cloned. */
    @Test
    void showsHowMuchOfTheCopyIsDone() throws Exception {
        Files.createFile(marks.resolve("#status_in_progress"));
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        write(1, "0\n", "jclone 77 " + now + " 2 1024 2048 9 \n");
        ProvisionRecord record = ProvisionRecord.create(directory);
        record.to(ProvisionRecord.State.BEGUN, Step.CLONE);
        record.set(ProvisionRecord.Fact.DONOR, "db2:3306");
        record.setProcess();

        assertThat(program.run("status", directory.toString())).isEqualTo(3);
        assertThat(program.out())
                .startsWith("Provisioning: step 3 of 10, CLONE was begun, since 20")
                .contains("\n  Copied     50 %\n  Donor      db1:3306\n")
                .doesNotContain("db2", "Next");
        TestContext json = new TestContext();
        json.run("status", directory.toString(), "--output=json");
        assertThat(json.out()).contains("\"donor\":\"db1:3306\"", "\"percent\":50,");
    }

    @Test
    void showsWhatToDoAfterAFailure() throws Exception {
        ProvisionRecord record = ProvisionRecord.create(directory);
        record.to(ProvisionRecord.State.BEGUN, Step.CATCH_UP);
        record.failed(new CloneException(CloneErrorCode.PROVISIONING, "CATCH UP: error 1396", "Fix it."));

        assertThat(program.run("status", directory.toString())).isEqualTo(4);
        assertThat(program.out())
                .startsWith("Provisioning: step 8 of 10, CATCH UP failed: CATCH UP: error 1396, since 20")
                .contains("\n  Do         Fix it.\n  Next       No server starts on the directory; ")
                .contains("--rollback puts the old data back.\n");
        TestContext json = new TestContext();
        json.run("status", directory.toString(), "--output=json");
        assertThat(json.out())
                .contains(
                        "\"failure\":{\"code\":\"PROVISIONING\",\"message\":\"CATCH UP: error 1396\",\"hint\":\"Fix it.\"}");

        record.to(ProvisionRecord.State.ROLLING_BACK, Step.CATCH_UP);
        TestContext rollback = new TestContext();
        rollback.run("status", directory.toString());
        assertThat(rollback.out())
                .startsWith("Provisioning: the old data is being put back, since 20")
                .contains("--rollback continues.\n")
                .doesNotContain("Fix it.");
    }
}

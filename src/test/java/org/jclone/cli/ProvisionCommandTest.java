package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvisionCommandTest {

    private final TestContext program = new TestContext();

    @TempDir
    Path folder;

    private int run(String command, String... more) throws Exception {
        Path mysqld = folder.resolve("mysqld");
        Files.writeString(
                mysqld,
                "#!/bin/sh\nprintf 'mysqld  Ver 9.7.4 for Linux on x86_64 (x)\\n\\n"
                        + "Variables (--variable-name=value)\\nserver-id  7\\n'\n");
        Files.setPosixFilePermissions(mysqld, PosixFilePermissions.fromString("rwx------"));
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--user=u",
                "--dir=" + folder.resolve("data"),
                "--replication-user=r",
                "--mysqld=" + mysqld,
                "--connect-timeout=1"));
        arguments.addAll(List.of(more));
        return program.run(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "--replace=DROP-FIRST, keeps the old data",
        "--resume --rollback, exclude each other",
        "--dry-run --resume, --dry-run excludes",
        "--donor=db2, --source is missing",
        "--service=mysql --start-command=x, --service excludes",
        "--service=../x, not the name of a unit",
        "--discard-errant=1-5, GTID set",
        "--mysqld-option=port=1, expected: --name=value",
        "--report-host=a=b, report host",
        "--wait=never, expected: CAUGHT_UP",
        "--replication-user=, --replication-user is missing",
        "--channels=keep --source=db2, belong to a new channel",
        "--channels=keep --writable, --writable needs --channels=REMOVE",
        "--channels=remove --recovery-method=incremental, is about a clone",
    })
    void refusesWhatCannotBeMeant(String options, String why) throws Exception {
        assertThat(run("provision", ("--donor=db1 " + options).split(" "))).isEqualTo(2);
        assertThat(program.err()).contains(why);
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void needsAHostToReplicateFrom() throws Exception {
        assertThat(run("provision", "--socket=/tmp/mysql.sock")).isEqualTo(2);
        assertThat(program.err()).contains("replication needs a host");
    }

    @Test
    void refusesAPasswordThatMySqlDoesNotStore() throws Exception {
        Path password = folder.resolve("password");
        Files.writeString(password, "x".repeat(33));
        assertThat(run("provision", "--donor=db1", "--replication-password-file=" + password))
                .isEqualTo(2);
        assertThat(program.err()).contains("more than 32 characters").doesNotContain("xxx");
    }

    /** Nothing listens on port 1. */
    @Test
    void reportsAllFindingsAndChangesNothing() throws Exception {
        assertThat(run("plan", "--donor=127.0.0.1:1")).isEqualTo(16);
        assertThat(program.out())
                .startsWith("Plan: unknown\n")
                .contains("  Problem      cannot connect to 127.0.0.1:1");
        assertThat(folder.resolve("data")).doesNotExist();
        assertThat(folder.resolve("data.cnf")).doesNotExist();
    }

    @Test
    void aSingleDonorIsItsOwnSourceThoughItIsWaitedFor() throws Exception {
        assertThat(run("plan", "--donor=127.0.0.1:1", "--wait-for-donor=1")).isEqualTo(16);
        assertThat(program.out()).contains("  Source       127.0.0.1:1\n", "  Problem      no donor is suitable");
    }

    @Test
    void saysOnceThatTheServerProgramCannotRun() throws Exception {
        Path mysqld = folder.resolve("broken");
        Files.writeString(mysqld, "#!/bin/sh\necho 'libaio.so.1: not found' >&2; exit 127\n");
        Files.setPosixFilePermissions(mysqld, PosixFilePermissions.fromString("rwx------"));

        assertThat(run("plan", "--donor=127.0.0.1:1", "--mysqld=" + mysqld)).isEqualTo(16);

        assertThat(program.out().split("broken")).hasSize(2);
        assertThat(program.out()).contains("it ended with status 127: libaio.so.1: not found");
    }

    @Test
    void aRunThatDoesNotPassPrepareLeavesNoRecord() throws Exception {
        assertThat(run("provision", "--donor=127.0.0.1:1", "--output=json")).isEqualTo(16);
        assertThat(program.out())
                .contains("\"type\":\"findings\"", "\"step\":\"PREPARE\"", "\"holds\":\"Nothing was changed.\"");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void thereIsNothingToResume() throws Exception {
        assertThat(run("provision", "--donor=127.0.0.1:1", "--resume")).isEqualTo(16);
        assertThat(program.err()).contains("holds no run of jclone provision");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    /** Before the copy: no unit has this name, and this machine may have no systemd. */
    @Test
    void reportsAUnitThatDoesNotExist() throws Exception {
        assertThat(run("plan", "--donor=127.0.0.1:1", "--service=jclone-no-such-unit"))
                .isEqualTo(16);
        assertThat(program.out())
                .contains("  Problem      the command of --service ended with status ")
                .contains(": systemctl cat -- jclone-no-such-unit >/dev/null\n");
    }

    /** For units and init containers: begin, continue, or do nothing. */
    @Test
    void resumesOrBegins() throws Exception {
        assertThat(run("provision", "--donor=127.0.0.1:1", "--resume=auto")).isEqualTo(16);
        assertThat(program.err()).contains("PREPARE: ", "cannot connect to 127.0.0.1:1");

        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(
                data.resolve(".jclone-provision"),
                "jclone provision 1\nCOMPLETE\nVERIFY\n2026-01-01T00:00:00Z\nSERVER_ID=7\nMETHOD=GTID\nSOURCE=db1:3306\n");
        assertThat(run("provision", "--donor=127.0.0.1:1", "--resume=auto")).isZero();
        assertThat(program.out()).contains("as a replica of db1:3306");

        Files.writeString(
                data.resolve(".jclone-provision"),
                "jclone provision 1\nBEGUN\nCLONE\n2026-01-01T00:00:00Z\nSERVER_ID=7\nMETHOD=GTID\n");
        assertThat(run("provision", "--donor=127.0.0.1:1", "--resume=auto")).isNotZero();
        assertThat(program.err()).contains("CLONE, resumed", "CLONE: cannot connect to 127.0.0.1:1");
    }

    /** The server of this test ends at once. */
    @Test
    void noServerStartsAfterAFirstStartThatFailed() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path mark = Files.createDirectory(data.resolve("#clone")).resolve("#status_in_progress");
        Files.createFile(mark);
        Files.writeString(
                data.resolve(".jclone-provision"),
                "jclone provision 1\nDONE\nEXCHANGE\n2026-01-01T00:00:00Z\nSERVER_ID=7\nMETHOD=GTID\n");
        Files.writeString(folder.resolve("data.cnf"), "[mysqld]\n");

        assertThat(run("provision", "--donor=127.0.0.1:1", "--resume")).isEqualTo(16);

        assertThat(program.err()).contains("FIRST START: the private server ended with status 0 before it answered");
        assertThat(data.resolve("mysqld-auto.cnf")).exists();
        assertThat(mark).exists();
        assertThat(mark.resolveSibling("#replace_files"))
                .as("a server that the mark refuses removes it, and then no start records the clone's position")
                .exists();
    }
}

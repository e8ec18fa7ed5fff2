package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What {@code jclone fetch} does before a clone and after it, with a donor in this JVM. */
class AroundCloneTest {

    private static final Account ACCOUNT = Account.of("u", "secret");

    private static final MadeData DATA = MadeData.builder(31)
            .systemTablespace(64 << 10)
            .table("t/a", 1 << 20)
            .build();

    private final TestContext program = new TestContext().withEnvironment(Map.of("MYSQL_PWD", "secret"));

    private DonorServer donor;

    @TempDir
    private Path folder;

    @BeforeEach
    void serve() throws IOException {
        donor = DonorServer.start(DonorConfig.builder(DATA).account(ACCOUNT).build());
    }

    @AfterEach
    void stop() {
        donor.close();
    }

    @Test
    void logsTheResultToTheFile() throws IOException {
        // The level is set when the first log of a process is opened, which another test may have done.
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
        Path log = Files.writeString(folder.resolve("jclone.log"), "what stood there before\n");
        assertThat(fetch("--log-file=" + log)).isZero();
        assertThat(program.err()).doesNotContain("clone complete");
        assertThat(Files.readString(log))
                .startsWith("what stood there before\n")
                .contains("clone complete");
        assertThat(fetch("--log-file=" + log)).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE.exitStatus());
        assertThat(Files.readAllLines(log))
                .last()
                .asString()
                .contains(" ERROR ", "clone failed code=TARGET_NOT_USABLE exitStatus=10 reason=");
    }

    @Test
    void keepsThePidFileWhileTheCloneRuns() throws IOException {
        Path pid = folder.resolve("jclone.pid");
        Path copy = folder.resolve("copy");
        assertThat(fetch("--pid-file=" + pid, "--run-after=cp " + pid + ' ' + copy))
                .isZero();
        assertThat(copy).hasContent(ProcessHandle.current().pid() + "\n");
        assertThat(pid).doesNotExist();
        assertThat(fetch("--pid-file=" + folder.resolve("none/x.pid"))).isEqualTo(CloneErrorCode.USAGE.exitStatus());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[mysqld]", "12 34", "pid 7"})
    void refusesToReplaceAFileWithoutAProcessId(String content) throws Exception {
        Path precious = Files.writeString(folder.resolve("my.cnf"), content);

        assertThat(fetch("--pid-file=" + precious)).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).contains("--pid-file: " + precious + " exists and contains no process ID");
        assertThat(precious).hasContent(content);
        assertThat(fetch("--pid-file=/dev/null")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
        assertThat(fetch("--pid-file=/")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--log-file=F --pid-file=F | --pid-file: F is also the file of --log-file",
                "--log-file=F --config-file=F | --log-file: F is also the file of --config-file",
                "--pid-file=F --keyring-file=F | --pid-file: F is also the file of --keyring-file",
                "--log-file=D/x | --log-file: D/x is in the new data directory",
                "--owner=no-such-user-here | --owner: user no-such-user-here does not exist",
                "--owner=root:no-such-group-here | --owner: there is no group no-such-group-here",
            })
    void reportsFilesItCannotWriteBeforeItCreatesAny(String arguments, String message) {
        String[] args = named(arguments).split(" ");
        assertThat(fetch(args)).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).startsWith("jclone: " + named(message) + "\n");
        assertThat(folder).isEmptyDirectory();
    }

    private String named(String text) {
        return text.replace("=F", "=" + folder.resolve("f"))
                .replace(" F ", " " + folder.resolve("f") + " ")
                .replace("D/x", folder.resolve("data").resolve("x").toString());
    }

    @Test
    void runsTheCommandAfterACompleteClone() throws IOException {
        Path out = folder.resolve("out");
        String command = "test -e \"$JCLONE_DIR/ibdata1\" && test -z \"$MYSQL_PWD\" && echo \"$JCLONE_DONOR"
                + " $JCLONE_CONFIG_FILE\" > " + out;
        assertThat(fetch("--run-after=" + command)).isZero();
        assertThat(out).hasContent("127.0.0.1:" + donor.port() + ' ' + folder.resolve("data.cnf") + "\n");
    }

    @Test
    void keepsTheCloneIfTheCommandFails() {
        assertThat(fetch("--run-after=exit 3", "--output=json")).isEqualTo(CloneErrorCode.AFTER_CLONE.exitStatus());
        assertThat(program.err())
                .contains("jclone: the command of --run-after ended with status 3\n  The clone is complete");
        assertThat(program.out().lines()).last().asString().contains("\"code\":\"AFTER_CLONE\"");
        assertThat(program.out()).contains("\"type\":\"result\"");
        assertThat(folder.resolve("data/ibdata1")).exists();
        assertThat(folder.resolve("data/#clone/#status_in_progress")).doesNotExist();
    }

    @Test
    void doesNotRunTheCommandAfterAFailure() {
        donor.close();
        assertThat(fetch("--run-after=touch " + folder.resolve("out")))
                .isEqualTo(CloneErrorCode.CONNECT_FAILED.exitStatus());
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void givesTheCloneToItsOwner() throws IOException {
        Assumptions.assumeTrue(Files.getOwner(folder).getName().equals("root"), "giving files away needs root");
        assertThat(fetch("--owner=nobody:0")).isZero();
        List<String> others = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder.resolve("data"))) {
            for (Path path : paths.toList()) {
                PosixFileAttributes attributes =
                        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (!attributes.owner().getName().equals("nobody")) {
                    others.add(path.toString());
                }
            }
        }
        assertThat(others).isEmpty();
        assertThat(Files.getOwner(folder.resolve("data.cnf")).getName()).isEqualTo("nobody");
    }

    @Test
    void createsParentsOnlyOnRequest() {
        assertThat(fetchInto("a/b/data")).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE.exitStatus());
        assertThat(program.err()).contains("--parents");
        assertThat(fetchInto("a/b/data", "--parents", "--dry-run")).isZero();
        assertThat(folder.resolve("a")).doesNotExist();
        assertThat(fetchInto("a/b/data", "--parents")).isZero();
        assertThat(folder.resolve("a/b/data/ibdata1")).exists();
        assertThat(folder.resolve("a/b/data.cnf")).exists();
    }

    @Test
    void removesTheParentsOfAFailedClone() {
        donor.close();
        assertThat(fetchInto("a/b/data", "--parents")).isEqualTo(CloneErrorCode.CONNECT_FAILED.exitStatus());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void checksOnADryRun() {
        assertThat(fetch("--dry-run")).isZero();
        String dry = program.out();
        TestContext other = new TestContext().withEnvironment(Map.of("MYSQL_PWD", "secret"));
        assertThat(other.run(
                        "check",
                        "--donor=127.0.0.1:" + donor.port(),
                        "--user=u",
                        "--ssl-mode=PREFERRED",
                        "--dir=" + folder.resolve("data")))
                .isZero();
        assertThat(withoutRoom(dry)).startsWith("A clone can start").isEqualTo(withoutRoom(other.out()));
        assertThat(folder.resolve("data")).doesNotExist();
        assertThat(donor.clones()).isZero();
    }

    /** Replaces figures that depend on what else runs on this machine. */
    private static String withoutRoom(String report) {
        return report.replaceAll("\\d+(\\.\\d+)?", "N");
    }

    @Test
    void findsWhatWouldStopTheCloneBeforeItBegins() throws IOException {
        donor.close();
        Account unfit = new Account("u", "secret", AuthPlugin.CACHING_SHA2_PASSWORD, false);
        donor = DonorServer.start(DonorConfig.builder(DATA).account(unfit).build());
        assertThat(fetch()).isEqualTo(CloneErrorCode.PRIVILEGE_MISSING.exitStatus());
        assertThat(program.err()).startsWith("jclone: privilege: ").contains("GRANT BACKUP_ADMIN", "--check=OFF");
        assertThat(folder).isEmptyDirectory();
        TestContext other = new TestContext().withEnvironment(Map.of("MYSQL_PWD", "secret"));
        assertThat(fetchInto(other, "data", "--check=OFF")).isEqualTo(CloneErrorCode.PRIVILEGE_MISSING.exitStatus());
        assertThat(other.err()).contains("error 1227");
    }

    private int fetch(String... more) {
        return fetchInto("data", more);
    }

    private int fetchInto(String directory, String... more) {
        return fetchInto(program, directory, more);
    }

    private int fetchInto(TestContext context, String directory, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "fetch",
                "--donor=127.0.0.1:" + donor.port(),
                "--user=u",
                "--ssl-mode=PREFERRED",
                "--get-server-public-key",
                "--dir=" + folder.resolve(directory)));
        args.addAll(List.of(more));
        return context.run(args.toArray(String[]::new));
    }
}

package org.jclone.recipient.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the checks interpret a donor's answers. Tests with a real server show that these are realistic. */
class DonorChecksTest {

    /** The clock moves by a millisecond with every reading. */
    private long nanos;

    private static final SqlException DENIED = new SqlException(1142, "42000", "SELECT command denied");

    /** Answers by the beginning of a statement; by default describes a healthy donor. */
    private static final class Script implements SqlSession {

        private final Map<String, Object> answers = new TreeMap<>();
        private Optional<SqlException> cloneMode = Optional.empty();

        Script() {
            on("SET SESSION", Rows.NONE);
            on("SELECT CURRENT_USER", rows(List.of(row("o'clone@%"))));
            on(
                    "SHOW GLOBAL VARIABLES WHERE variable_name IN ('binlog",
                    rows(List.of(
                            row("max_connections", "100"),
                            row("max_allowed_packet", "67108864"),
                            row("log_bin", "ON"),
                            row("binlog_expire_logs_seconds", "2592000"),
                            row("clone_donor_timeout_after_network_failure", "5"),
                            row("wait_timeout", "28800"),
                            row("net_write_timeout", "60"),
                            row("net_read_timeout", "30"),
                            row("datadir", "/var/lib/mysql/"))));
            on("SELECT COUNT(*), COALESCE(SUM(file_size", rows(List.of(row("0", "0", "0"))));
            on("SELECT name FROM information_schema.innodb_tablespaces WHERE encryption", Rows.NONE);
            on(
                    "SHOW GLOBAL VARIABLES WHERE variable_name IN ('version",
                    rows(List.of(row("version_compile_os", "Linux"))));
            on(
                    "SHOW GLOBAL STATUS",
                    rows(List.of(row("Threads_connected", "10"), row("Innodb_redo_log_enabled", "ON"))));
            on("SELECT 1 FROM information_schema.innodb_tablespaces", rows(List.of(row("1"))));
            on("SHOW GRANTS", rows(List.of(row("GRANT PROCESS, REFERENCES ON *.* TO `o'clone`@`%`"))));
            on("SELECT @@session.max_user_connections", rows(List.of(row("0"))));
            on("SELECT COUNT(*) FROM performance_schema.processlist", rows(List.of(row("1"))));
            on("SELECT plugin_status", rows(List.of(row("ACTIVE", "mysql_clone.so"))));
            on("SELECT plugin_name", Rows.NONE);
            on("SELECT id, user", Rows.NONE);
            on("SELECT lock_type", Rows.NONE);
            on("SELECT table_schema", Rows.NONE);
            on("SELECT COUNT(*) FROM information_schema.innodb_tablespaces", rows(List.of(row("0"))));
            on("SELECT file_name", Rows.NONE);
            on("SELECT VERSION()", rows(List.of(row("9.7.4"))));
            on("SELECT collation_name", Rows.NONE);
            on("SELECT CAST(SUM(file_size)", rows(List.of(row("1048576"))));
            on("SELECT CAST(COALESCE(SUM(IF(space_type", rows(List.of(row("1048576", "0"))));
            on("SELECT CAST(COALESCE(SUM(total_extents", rows(List.of(row("0"))));
        }

        Script on(String beginning, Object answer) {
            answers.put(beginning, answer);
            return this;
        }

        @Override
        public Rows query(String statement) throws SqlException, CloneException {
            Object answer = answers.entrySet().stream()
                    .filter(each -> statement.startsWith(each.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(statement));
            if (answer instanceof SqlException refused) {
                throw refused;
            }
            if (answer instanceof CloneException lost) {
                throw lost;
            }
            if (answer instanceof AssertionError unwanted) {
                throw unwanted;
            }
            return (Rows) answer;
        }

        @Override
        public long drain(String statement) {
            return 1 << 20;
        }

        @Override
        public void tryCloneMode() throws SqlException {
            if (cloneMode.isPresent()) {
                throw cloneMode.get();
            }
        }

        @Override
        public void close() {}
    }

    @TempDir
    private Path parent;

    private Map<String, Path> mappings = Map.of();

    private long tick() {
        nanos += 1_000_000;
        return nanos;
    }

    @Test
    void allIsWell() {
        CheckReport report = run(new Script(), "9.7.4", "TLSv1.3 X");
        assertThat(report.in(Finding.State.PROBLEM)).isEmpty();
        assertThat(report.in(Finding.State.WARNING)).isEmpty();
        assertThat(report.in(Finding.State.UNKNOWN)).extracting(Finding::item).containsExactly(CheckItem.COMPATIBILITY);
        assertThat(report.findings()).extracting(Finding::item).contains(CheckItem.values());
        assertThat(report.account()).contains("o'clone@%");
    }

    @ParameterizedTest
    @CsvSource({"8.0.16, INCOMPATIBLE", "5.5.5-10.11.2-MariaDB, INCOMPATIBLE", "nonsense, INCOMPATIBLE", "8.0.17,"})
    void knowsWhichServersCanClone(String version, CloneErrorCode failure) {
        Finding found = only(run(new Script(), version, "TLSv1.3 X"), CheckItem.VERSION);
        assertThat(found.failure()).isEqualTo(Optional.ofNullable(failure));
    }

    /** MariaDB does not know the variables that are queried first. */
    @Test
    void doesNotQueryAServerThatCannotBeCloned() {
        CheckReport report = run(new Script(), "5.5.5-10.11.2-MariaDB", "clear text");
        assertThat(report.donorVersion()).contains("10.11.2-MariaDB");
        assertThat(only(report, CheckItem.VERSION).why()).contains("mariadb-backup");
        assertThat(only(report, CheckItem.LOGIN).state()).isEqualTo(Finding.State.OK);
        assertThat(only(report, CheckItem.SPACE).text()).isEqualTo("nothing can be cloned from such a server");
    }

    @Test
    void listsHiddenDataAndTheRequiredGrants() {
        Script script = new Script()
                .on("SELECT 1 FROM information_schema.innodb_tablespaces", DENIED)
                .on(
                        "SHOW GRANTS",
                        rows(List.of(
                                row("GRANT USAGE ON *.* TO `o'clone`@`%`"), row("GRANT BACKUP_ADMIN ON *.* TO x"))))
                .on("SELECT lock_type", DENIED);
        CheckReport report = run(script, "9.7.4", "TLSv1.3 X");
        assertThat(only(report, CheckItem.UNDO_NAMES).statements())
                .containsExactly("GRANT PROCESS ON *.* TO 'o''clone'@'%';");
        assertThat(report.in(Finding.State.UNKNOWN))
                .extracting(Finding::item)
                .contains(CheckItem.OTHER_CLONE, CheckItem.DDL, CheckItem.ENGINES, CheckItem.SPACE);
        assertThat(report.exitStatus()).isZero();
    }

    /** jclone's own donor has no such tables, whatever the account may do. */
    @Test
    void advisesNoGrantIfThePrivilegeIsNotTheCause() {
        Script script = new Script()
                .on(
                        "SELECT 1 FROM information_schema.innodb_tablespaces",
                        new SqlException(1235, "42000", "this donor runs no such statement"));
        CheckReport report = run(script, "9.7.4", "TLSv1.3 X");
        assertThat(only(report, CheckItem.SPACE).state()).isEqualTo(Finding.State.UNKNOWN);
        assertThat(report.grants()).isEmpty();
    }

    @Test
    void clearTextOverANetworkIsAWarningAndWithEncryptedDataAProblem() {
        Script script =
                new Script().on("SELECT COUNT(*) FROM information_schema.innodb_tablespaces", rows(List.of(row("2"))));
        CheckReport report = run(script, "9.7.4", "clear text");
        assertThat(only(report, CheckItem.TLS).state()).isEqualTo(Finding.State.WARNING);
        assertThat(only(report, CheckItem.ENCRYPTION).failure()).contains(CloneErrorCode.ENCRYPTION_NEEDS_TLS);
    }

    @Test
    void distinguishesARunningCloneFromAWaitingOne() {
        List<Optional<String>> main = row("7", "clone", "db2:4711", "clone (file copy)");
        Script script = new Script().on("SELECT id, user", rows(List.of(main)));
        assertThat(only(run(script, "9.7.4", "TLSv1.3 X"), CheckItem.OTHER_CLONE)
                        .state())
                .isEqualTo(Finding.State.WARNING);
        script.on("SELECT id, user", rows(List.of(main, row("8", "clone", "db2:4712", "starting"))));
        Finding found = only(run(script, "9.7.4", "TLSv1.3 X"), CheckItem.OTHER_CLONE);
        assertThat(found.failure()).contains(CloneErrorCode.DONOR_BUSY);
        assertThat(found.text()).contains("db2:4711", "file copy");
    }

    /** The clone that follows detects the rest itself, and should not wait for a network measurement. */
    @Test
    void checksOnlyFatalProblemsBeforeAClone() {
        SqlException denied = new SqlException(1227, "42000", "denied");
        Script script = new Script()
                .on("SELECT table_schema", new AssertionError("engines"))
                .on("SELECT CAST(SUM(file_size)", new AssertionError("size"))
                .on("SELECT COUNT(*), COALESCE", new AssertionError("holes"));
        script.cloneMode = Optional.of(denied);
        DonorChecks checks = new DonorChecks(request(), this::tick).onlyWhatStopsAClone();
        checks.run(script, "9.7.4", "TLSv1.3 X", false);
        assertThat(checks.report().in(Finding.State.PROBLEM))
                .singleElement()
                .hasFieldOrPropertyWithValue("item", CheckItem.PRIVILEGE);
    }

    /** max_connections does not apply to an account with its own limit. */
    @ParameterizedTest
    @CsvSource({"1, 1, PROBLEM", "3, 2, WARNING", "40, 1, OK", "0, 1, OK"})
    void countsTheConnectionLimitOfTheAccount(String limit, String used, Finding.State state) {
        Script script = new Script()
                .on("SELECT @@session.max_user_connections", rows(List.of(row(limit))))
                .on("SELECT COUNT(*) FROM performance_schema.processlist", rows(List.of(row(used))));
        Finding found = only(run(script, "9.7.4", "TLSv1.3 X"), CheckItem.CONNECTIONS);
        assertThat(found.state()).isEqualTo(state);
        if (state != Finding.State.OK) {
            assertThat(found.text()).contains("MAX_USER_CONNECTIONS", "o'clone@%");
            assertThat(found.statements().get(0)).startsWith("ALTER USER 'o''clone'@'%' WITH MAX_USER_CONNECTIONS ");
        }
    }

    /** A donor that answers no query does not count as healthy. */
    @Test
    void aDonorThatRefusesEveryQueryIsNotASuccess() {
        SqlException refused = new SqlException(1235, "42000", "this donor runs no such statement");
        CheckReport report = run(new Script().on("SET SESSION", refused), "9.7.4", "TLSv1.3 X");
        assertThat(report.isBlind()).isTrue();
        assertThat(report.exitStatus()).isEqualTo(CloneErrorCode.DONOR_ERROR.exitStatus());
    }

    /** Only early releases of 8.0 use the values unchanged. */
    @ParameterizedTest
    @CsvSource({"8.0.20, WARNING", "9.7.4, OK"})
    void warnsOfShortTimeoutsOnOldDonorsOnly(String version, Finding.State state) {
        Script script = new Script()
                .on(
                        "SHOW GLOBAL VARIABLES WHERE variable_name IN ('binlog",
                        rows(List.of(
                                row("wait_timeout", "100"),
                                row("net_write_timeout", "60"),
                                row("net_read_timeout", "10"))));
        Finding found = only(run(script, version, "TLSv1.3 X"), CheckItem.TIMEOUTS);
        assertThat(found.state()).isEqualTo(state);
        assertThat(found.text()).startsWith("net_read_timeout 10 s, net_write_timeout 60 s, wait_timeout 100 s");
        assertThat(found.statements())
                .isEqualTo(
                        state == Finding.State.OK
                                ? List.of()
                                : List.of("SET PERSIST net_read_timeout = 30;", "SET PERSIST wait_timeout = 600;"));
    }

    /** A break of minutes loses a copy of hours; the finding names the cost of a longer window. */
    @ParameterizedTest
    @CsvSource({"5, 4611686018427387904, WARNING", "30, 4611686018427387904, OK", "5, 1048576, OK"})
    void comparesTheReconnectWindowWithTheCopyTime(String minutes, String bytes, Finding.State state) {
        Script script = new Script()
                .on(
                        "SHOW GLOBAL VARIABLES WHERE variable_name IN ('binlog",
                        rows(List.of(row("clone_donor_timeout_after_network_failure", minutes))))
                .on(
                        "SHOW GLOBAL STATUS",
                        rows(List.of(row("Uptime", "100"), row("Innodb_os_log_written", "104857600"))))
                .on("SELECT CAST(SUM(file_size)", rows(List.of(row(bytes))));
        Finding found = only(run(script, "9.7.4", "TLSv1.3 X"), CheckItem.NETWORK_FAILURE);
        assertThat(found.state()).isEqualTo(state);
        if (state == Finding.State.WARNING) {
            assertThat(found.why()).contains("costs the complete copy", "redo log", "60 MiB a minute", "lags");
            assertThat(found.statements())
                    .containsExactly("SET PERSIST clone_donor_timeout_after_network_failure = 15;");
        }
    }

    @Test
    void comparesTheHolesOfPageCompressedTablesWithTheTarget() {
        String holes = "SELECT COUNT(*), COALESCE(SUM(file_size";
        Script script = new Script().on(holes, rows(List.of(row("3", "26214400", "4096"))));
        Finding fits = only(run(script, "9.7.4", "TLSv1.3 X"), CheckItem.PAGE_COMPRESSION);
        assertThat(fits.text()).startsWith("3 tablespaces have holes of 25 MiB, which " + parent);
        assertThat(fits.state()).isEqualTo(Finding.State.OK);
        assertThat(parent).as("what was tried is removed").isEmptyDirectory();

        script.on(holes, rows(List.of(row("1", "26214400", "512"))));
        Finding larger = only(run(script, "9.7.4", "TLSv1.3 X"), CheckItem.PAGE_COMPRESSION);
        assertThat(larger.state()).isEqualTo(Finding.State.WARNING);
        assertThat(larger.text()).contains("in blocks of 512 bytes, and ");
        assertThat(larger.why()).contains("25 MiB more");

        script.on(
                "SELECT name FROM information_schema.innodb_tablespaces WHERE encryption",
                rows(List.of(row("plain/t"), row("a/b"))));
        script.on("SELECT table_schema", rows(List.of(row("c", "d", "X", "2"), row("a", "b", "X", "2"))));
        script.on(holes, rows(List.of(row("0", "0", "0"))));
        Finding unusable = only(run(script, "9.7.4", "TLSv1.3 X"), CheckItem.PAGE_COMPRESSION);
        assertThat(unusable.failure()).contains(CloneErrorCode.INCOMPATIBLE);
        assertThat(unusable.text()).startsWith("a/b is compressed and encrypted");

        mappings = Map.of("/mnt/other", parent.resolve("other"));
        script.on("SELECT file_id, file_name", Rows.NONE);
        Finding elsewhere = only(run(script, "9.7.4", "TLSv1.3 X"), CheckItem.PAGE_COMPRESSION);
        assertThat(elsewhere.state()).as("it may be where the blocks fit").isEqualTo(Finding.State.WARNING);
        assertThat(elsewhere.why()).contains("--map-path");
    }

    @Test
    void comparesTheMemoryOfAClone() throws Exception {
        Script script = new Script()
                .on(
                        "SHOW GLOBAL VARIABLES WHERE variable_name IN ('binlog",
                        rows(List.of(row("innodb_buffer_pool_size", "8589934592"))));
        DonorView donor = DonorView.of(script);
        Finding little =
                new MemoryCheck(new MemoryCheck.Memory(1L << 30, OptionalLong.of(100 << 20))).find(request(), donor);
        assertThat(little.state()).isEqualTo(Finding.State.WARNING);
        assertThat(little.text())
                .startsWith("a clone takes about 200 MiB, 100 MiB are available")
                .contains("innodb_buffer_pool_size (8192 MiB) does not fit here");
        Finding much =
                new MemoryCheck(new MemoryCheck.Memory(16L << 30, OptionalLong.of(8L << 30))).find(request(), donor);
        assertThat(much.state()).isEqualTo(Finding.State.OK);
        assertThat(much.text()).doesNotContain("buffer_pool");
        assertThat(new MemoryCheck(new MemoryCheck.Memory(16L << 30, OptionalLong.empty()))
                        .find(request(), donor)
                        .state())
                .isEqualTo(Finding.State.UNKNOWN);
    }

    @Test
    void requiresSpaceForTheWholeRedoLog() {
        Script script = new Script();
        script.on(
                "SHOW GLOBAL VARIABLES WHERE variable_name IN ('binlog",
                rows(List.of(
                        row("innodb_redo_log_capacity", Long.toString(Long.MAX_VALUE / 2)),
                        row("performance_schema", "OFF"))));
        CheckReport report = run(script, "9.7.4", "TLSv1.3 X");
        assertThat(only(report, CheckItem.SPACE).failure()).contains(CloneErrorCode.DISK_FULL);
        assertThat(only(report, CheckItem.DDL).text()).contains("performance_schema");
    }

    /** {@code /dev} is a file system of its own on every Linux; nothing is written to it. */
    @Test
    void countsEachFileOnItsFileSystem() throws Exception {
        Script script = new Script();
        script.on(
                "SELECT CAST(COALESCE(SUM(IF(space_type",
                rows(List.of(row("10485760", Long.toString(Long.MAX_VALUE / 4)))));
        script.on("SELECT CAST(COALESCE(SUM(total_extents", rows(List.of(row("20971520"))));
        script.on("SELECT file_id, file_name", rows(List.of(row("7", "../ext/a.ibd"), row("8", "/other/b.ibd"))));
        script.on(
                "SELECT space, space_type, file_size FROM information_schema.innodb_tablespaces WHERE space IN (7, 8)",
                rows(List.of(row("8", "General", "1048576"), row("7", "General", "3145728"))));
        CloneRequest apart = CloneRequest.builder()
                .donor(new DonorAddress("db1", 3306))
                .login(LoginSettings.of("clone", Password.empty()))
                .target(it -> it.withDirectory(parent.resolve("data"))
                        .withInnodb(it.innodb().withUndo(Path.of("/dev/no-such-undo")))
                        .withPathMapping("../ext", Path.of("/dev/no-such-ext")))
                .buildForCheck();

        Finding found = new RoomCheck(apart).find(DonorView.of(script));

        assertThat(found.failure()).contains(CloneErrorCode.DISK_FULL);
        assertThat(found.text())
                .contains(
                        "about 27 MiB are needed in " + parent.resolve("data") + ", ",
                        "; about 2199023255554 MiB are needed in /dev/no-such-undo, /dev/no-such-ext, ");
    }

    @Test
    void aRawDeviceCannotBeCloned() {
        Script script = new Script();
        script.on(
                "SHOW GLOBAL VARIABLES WHERE variable_name IN ('binlog",
                rows(List.of(row("innodb_data_file_path", "/dev/sdb:10Graw"), row("log_bin", "OFF"))));
        CheckReport report = run(script, "9.7.4", "TLSv1.3 X");
        assertThat(only(report, CheckItem.TABLESPACES).state()).isEqualTo(Finding.State.PROBLEM);
        assertThat(only(report, CheckItem.BINARY_LOGS).state()).isEqualTo(Finding.State.WARNING);
        assertThat(only(report, CheckItem.CONNECTIONS).state()).isEqualTo(Finding.State.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rawdata1:12M:autoextend", "/mnt/draw/ibdata1:12M;/mnt/3Graw/ibdata2:10M:autoextend"})
    void aFileWhoseNameHoldsTheWordRawIsNoRawDevice(String dataFilePath) {
        Script script = new Script();
        script.on(
                "SHOW GLOBAL VARIABLES WHERE variable_name IN ('binlog",
                rows(List.of(row("innodb_data_file_path", dataFilePath), row("log_bin", "OFF"))));
        CheckReport report = run(script, "9.7.4", "TLSv1.3 X");
        assertThat(only(report, CheckItem.TABLESPACES).state()).isNotEqualTo(Finding.State.PROBLEM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/dev/sdb:3Gnewraw", "ibdata1:12M;/dev/sdb:10Graw", "/dev/sdb:10737418240raw;/dev/sdc:1Graw"})
    void findsARawDeviceHoweverItIsWritten(String dataFilePath) {
        Script script = new Script();
        script.on(
                "SHOW GLOBAL VARIABLES WHERE variable_name IN ('binlog",
                rows(List.of(row("innodb_data_file_path", dataFilePath), row("log_bin", "OFF"))));
        CheckReport report = run(script, "9.7.4", "TLSv1.3 X");
        assertThat(only(report, CheckItem.TABLESPACES).state()).isEqualTo(Finding.State.PROBLEM);
    }

    /** Remaining checks run after a failed check, but not after a lost connection. */
    @Test
    void aFailedCheckDoesNotAffectTheOthers() {
        Script script = new Script().on("SELECT table_schema", new SqlException(3024, "HY000", "too slow"));
        assertThat(only(run(script, "9.7.4", "TLSv1.3 X"), CheckItem.ENGINES).text())
                .contains("3024");

        script.on("SELECT table_schema", new CloneException(CloneErrorCode.CONNECTION_LOST, "lost", "Try again."));
        CheckReport report = run(script, "9.7.4", "TLSv1.3 X");
        assertThat(only(report, CheckItem.PLUGIN).state()).isEqualTo(Finding.State.OK);
        assertThat(only(report, CheckItem.SPACE).text()).isEqualTo("the connection was lost");
    }

    @Test
    void reportsOneProblemWithoutAConnection() {
        DonorChecks checks = new DonorChecks(request(), this::tick);
        checks.runLocal();
        checks.onNoConnection(new CloneException(CloneErrorCode.ACCESS_DENIED, "error 1045", "Check the password."));
        CheckReport report = checks.report();
        assertThat(report.in(Finding.State.PROBLEM))
                .singleElement()
                .hasFieldOrPropertyWithValue("item", CheckItem.LOGIN);
        assertThat(report.exitStatus()).isEqualTo(CloneErrorCode.ACCESS_DENIED.exitStatus());
        assertThat(only(report, CheckItem.DIRECTORY).state()).isEqualTo(Finding.State.OK);
        assertThat(report.in(Finding.State.UNKNOWN)).hasSize(CheckItem.values().length - 3);
        assertThat(only(report, CheckItem.REACHABILITY).text()).isEqualTo("it answers");
    }

    private CloneRequest request() {
        CloneRequest.Builder request = CloneRequest.builder()
                .donor(new DonorAddress("db1", 3306))
                .login(LoginSettings.of("clone", Password.empty()))
                .target(it -> it.withDirectory(parent.resolve("new")));
        mappings.forEach((from, to) -> request.target(it -> it.withPathMapping(from, to)));
        return request.buildForCheck();
    }

    private CheckReport run(SqlSession sql, String version, String transport) {
        DonorChecks checks = new DonorChecks(request(), this::tick);
        checks.runLocal();
        checks.run(sql, version, transport, false);
        return checks.report();
    }

    private static Finding only(CheckReport report, CheckItem item) {
        List<Finding> found = report.findings().stream()
                .filter(finding -> finding.item() == item)
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static Rows rows(List<List<Optional<String>>> rows) {
        return new Rows(rows.get(0).stream().map(value -> "column").toList(), rows);
    }

    private static List<Optional<String>> row(String... values) {
        return List.of(values).stream().map(Optional::of).toList();
    }
}

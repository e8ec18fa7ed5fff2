package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.DonorCheck;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TargetServer;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.ScriptException;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A check finds each thing that would stop or spoil a clone, and what it advises puts it right. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckIT {

    private static final String CHECKER = "checker";
    private static final long PATIENCE_SECONDS = 30;

    private final Servers servers;
    private final MySqlServer donor;

    CheckIT(Servers servers) {
        this.servers = servers;
        donor = servers.create("--gtid");
        donor.sql("CREATE USER checker@'%' IDENTIFIED BY 'clone_donor';"
                + " GRANT BACKUP_ADMIN, PROCESS, REFERENCES ON *.* TO checker@'%';"
                + " GRANT SELECT ON performance_schema.metadata_locks TO checker@'%'; CREATE DATABASE spoil");
    }

    @AfterAll
    void stop() {
        donor.close();
    }

    @Test
    void findsNothingAtAHealthyDonor() {
        CheckReport report = check(request(CHECKER)
                .directory(servers.newPath("c"))
                .targetServer(TargetServer.known(
                        Optional.of(donor.sql("SELECT VERSION()")),
                        Optional.empty(),
                        Optional.of(Path.of(donor.sql("SELECT @@plugin_dir")))))
                .buildForCheck());
        assertThat(report.findings())
                .filteredOn(finding -> finding.state() != Finding.State.OK)
                .singleElement() // what only mysqld itself can tell
                .hasFieldOrPropertyWithValue("item", CheckItem.COMPATIBILITY)
                .hasFieldOrPropertyWithValue("state", Finding.State.UNKNOWN);
        assertThat(report.findings()).extracting(Finding::item).contains(CheckItem.values());
        assertThat(report.exitStatus()).isZero();
    }

    /** An account that may clone and nothing else is told what it does not see, and whoever follows the advice sees it. */
    @Test
    void needsNoMoreThanBackupAdmin() {
        donor.sql("CREATE USER minimal@'%' IDENTIFIED BY 'clone_donor'; GRANT BACKUP_ADMIN ON *.* TO minimal@'%'");
        CheckReport before = check(request("minimal").buildForCheck());
        assertThat(before.in(Finding.State.PROBLEM)).isEmpty();
        assertThat(before.in(Finding.State.WARNING)).isEmpty();
        List<String> advice = before.in(Finding.State.UNKNOWN).stream()
                .flatMap(finding -> finding.statements().stream())
                .distinct()
                .toList();
        assertThat(advice).hasSize(3).allMatch(statement -> statement.startsWith("GRANT "));

        donor.sql(String.join("\n", advice));
        assertThat(check(request("minimal").buildForCheck()).in(Finding.State.UNKNOWN))
                .extracting(Finding::item)
                .containsExactly(CheckItem.COMPATIBILITY, CheckItem.SPACE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UNINSTALL PLUGIN clone | PLUGIN | PROBLEM | PLUGIN_MISSING",
                "ALTER INSTANCE DISABLE INNODB REDO_LOG | REDO_LOG | PROBLEM | DONOR_ERROR",
                "SET GLOBAL max_allowed_packet = 1048576 | MAX_ALLOWED_PACKET | PROBLEM | DONOR_ERROR",
                "REVOKE BACKUP_ADMIN ON *.* FROM checker@'%' | PRIVILEGE | PROBLEM | PRIVILEGE_MISSING",
                "CREATE TABLE spoil.m (i INT) ENGINE = MyISAM | ENGINES | WARNING |",
                "SET GLOBAL clone_donor_timeout_after_network_failure = 0 | NETWORK_FAILURE | WARNING |",
                "SET GLOBAL binlog_expire_logs_seconds = 3600 | BINARY_LOGS | WARNING |",
                "SET GLOBAL max_connections = 10 | CONNECTIONS | WARNING |",
            })
    void findsWhatIsSpoiledAndPutsItRight(String spoil, CheckItem item, Finding.State state, CloneErrorCode failure) {
        donor.sql(spoil);
        CheckReport spoiled = check(request(CHECKER).buildForCheck());
        Finding found = spoiled.findings().get(0);
        assertThat(found.item()).isEqualTo(item);
        assertThat(found.state()).isEqualTo(state);
        assertThat(found.failure()).isEqualTo(Optional.ofNullable(failure));
        assertThat(found.why()).isNotEmpty();
        assertThat(spoiled.exitStatus()).isEqualTo(failure == null ? 0 : failure.exitStatus());

        donor.sql(String.join("\n", found.statements()));
        assertThat(only(check(request(CHECKER).buildForCheck()), item).state()).isEqualTo(Finding.State.OK);
    }

    @Test
    void findsTablespacesOutsideAndUndoTablespacesOfOneName() throws Exception {
        donor.sql("CREATE TABLESPACE far ADD DATAFILE '" + donor.outside() + "/far.ibd';"
                + " CREATE UNDO TABLESPACE near ADD DATAFILE 'same.ibu';"
                + " CREATE UNDO TABLESPACE away ADD DATAFILE '" + donor.outside() + "/same.ibu'");
        CheckReport report = check(request(CHECKER).buildForCheck());
        assertThat(only(report, CheckItem.TABLESPACES).text()).contains(donor.outside() + "/far.ibd");
        assertThat(only(report, CheckItem.TABLESPACES).state()).isEqualTo(Finding.State.WARNING);
        assertThat(only(report, CheckItem.UNDO_NAMES).text()).contains(donor.outside() + "/same.ibu");
        assertThat(only(report, CheckItem.UNDO_NAMES).state()).isEqualTo(Finding.State.PROBLEM);

        donor.sql(
                "DROP TABLESPACE far; ALTER UNDO TABLESPACE near SET INACTIVE; ALTER UNDO TABLESPACE away SET INACTIVE");
        await(() -> succeeds("DROP UNDO TABLESPACE near") & succeeds("DROP UNDO TABLESPACE away")
                || donor.number("SELECT COUNT(*) FROM information_schema.files WHERE file_name LIKE '%same.ibu'") == 0);
        assertThat(only(check(request(CHECKER).buildForCheck()), CheckItem.UNDO_NAMES)
                        .state())
                .isEqualTo(Finding.State.OK);
    }

    @Test
    void findsAnotherClone() throws Exception {
        CloneRecipient other = new CloneRecipient(
                Clones.request(donor, servers.newPath("c"))
                        .bandwidthLimits(new BandwidthLimits(5, 0))
                        .build(),
                CloneListener.NONE);
        CompletableFuture<CloneErrorCode> end = CompletableFuture.supplyAsync(() -> {
            try {
                other.run();
                return CloneErrorCode.INTERNAL;
            } catch (CloneException e) {
                return e.code();
            }
        });
        await(() -> donor.number("SELECT COUNT(*) FROM performance_schema.processlist WHERE command = 'clone'") > 1);
        CheckReport report = check(request(CHECKER).buildForCheck());
        assertThat(only(report, CheckItem.OTHER_CLONE).text()).contains(MySqlServer.CLONE_USER);
        assertThat(report.exitStatus()).isEqualTo(CloneErrorCode.DONOR_BUSY.exitStatus());

        donor.sql(only(report, CheckItem.OTHER_CLONE).statements().get(0));
        other.abort("the check has seen it");
        assertThat(end.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotEqualTo(CloneErrorCode.INTERNAL);
        await(() -> only(check(request(CHECKER).buildForCheck()), CheckItem.OTHER_CLONE)
                        .state()
                == Finding.State.OK);
    }

    /** The donor keeps a clone whose client was killed, and shows it with one connection. */
    @Test
    void findsAnInterruptedClone() throws Exception {
        try (RunningCommand client = Jclone.start(
                MySqlServer.CLONE_PASSWORD,
                List.of(
                        "fetch",
                        "--donor=127.0.0.1:" + donor.port(),
                        "--user=" + MySqlServer.CLONE_USER,
                        "--dir=" + servers.newPath("c"),
                        "--config-file=" + servers.newPath("f"),
                        "--max-data-bandwidth=5"))) {
            await(() ->
                    donor.number("SELECT COUNT(*) FROM performance_schema.processlist WHERE state LIKE '%file copy%'")
                            > 0);
            client.signal("KILL");
        }
        await(() -> only(check(request(CHECKER).buildForCheck()), CheckItem.OTHER_CLONE)
                        .state()
                == Finding.State.WARNING);
        Finding found = only(check(request(CHECKER).buildForCheck()), CheckItem.OTHER_CLONE);
        assertThat(found.text()).contains("interrupted", "file copy");
        donor.sql(found.statements().get(0));
        await(() -> only(check(request(CHECKER).buildForCheck()), CheckItem.OTHER_CLONE)
                        .state()
                == Finding.State.OK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LOCK INSTANCE FOR BACKUP; DO SLEEP(3) | backup lock",
                "CREATE TABLE spoil.slow AS SELECT SLEEP(3) AS a | DDL runs"
            })
    void findsWhatHoldsDdl(String statements, String words) throws Exception {
        CompletableFuture<String> holder = CompletableFuture.supplyAsync(() -> donor.sql(statements));
        await(() -> donor.number(
                        "SELECT COUNT(*) FROM performance_schema.metadata_locks" + " WHERE object_type = 'BACKUP LOCK'")
                > 0);
        Finding found = only(check(request(CHECKER).buildForCheck()), CheckItem.DDL);
        assertThat(found.state()).isEqualTo(Finding.State.WARNING);
        assertThat(found.text()).contains(words);
        holder.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(only(check(request(CHECKER).buildForCheck()), CheckItem.DDL).state())
                .isEqualTo(Finding.State.OK);
    }

    @Test
    void findsThatNoConnectionIsLeft() throws Exception {
        donor.sql("SET GLOBAL max_connections = 1");
        try {
            CompletableFuture<String> holder = CompletableFuture.supplyAsync(() -> donor.sql("DO SLEEP(3)"));
            await(() -> donor.number("SELECT COUNT(*) FROM performance_schema.processlist WHERE state = 'User sleep'")
                    == 1);
            CheckReport report = check(request(CHECKER).buildForCheck());
            assertThat(only(report, CheckItem.CONNECTIONS).state()).isEqualTo(Finding.State.PROBLEM);
            assertThat(report.exitStatus()).isEqualTo(CloneErrorCode.DONOR_BUSY.exitStatus());
            holder.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            donor.sql("SET GLOBAL max_connections = 151");
        }
    }

    @Test
    void findsEncryptionThatGoesOverClearText() {
        try (MySqlServer encrypted = servers.create("--encrypt")) {
            encrypted.sql("GRANT PROCESS ON *.* TO clone_donor@'%'; SET GLOBAL innodb_undo_log_encrypt = ON;"
                    + " CREATE DATABASE safe; CREATE TABLE safe.t (i INT) ENCRYPTION = 'Y'");
            CloneRequest.Builder request = request(MySqlServer.CLONE_USER)
                    .donor(new DonorAddress("127.0.0.1", encrypted.port()))
                    .getServerPublicKey(true);
            Finding clear = only(check(request.sslMode(SslMode.DISABLED).buildForCheck()), CheckItem.ENCRYPTION);
            assertThat(clear.state()).isEqualTo(Finding.State.PROBLEM);
            assertThat(clear.failure()).contains(CloneErrorCode.ENCRYPTION_NEEDS_TLS);
            assertThat(clear.text()).contains("the undo log", "tablespaces");
            CheckReport tls =
                    check(request.password(password()).sslMode(SslMode.REQUIRED).buildForCheck());
            assertThat(only(tls, CheckItem.ENCRYPTION).state()).isEqualTo(Finding.State.OK);
            assertThat(only(tls, CheckItem.KEYRING).failure()).contains(CloneErrorCode.KEYRING);
            assertThat(tls.exitStatus()).isEqualTo(CloneErrorCode.KEYRING.exitStatus());
            CheckReport keyring = check(request.password(password())
                    .encryption(EncryptionSettings.keyringFile(servers.newPath("keyring")))
                    .buildForCheck());
            assertThat(only(keyring, CheckItem.KEYRING).text()).contains("can be made");
            assertThat(keyring.exitStatus()).isZero();
        }
    }

    @Test
    void theCommandTellsAPersonAndAProgram() throws Exception {
        Path used = Files.createDirectory(servers.newPath("c"));
        Files.writeString(used.resolve("precious"), "keep me");
        List<String> arguments = List.of(
                "check",
                "--donor=127.0.0.1:" + donor.port(),
                "--user=" + CHECKER,
                "--dir=" + used,
                "--target-version=8.4.3");
        CommandResult text = Jclone.run(MySqlServer.CLONE_PASSWORD, arguments);
        assertThat(text.exitStatus()).isEqualTo(CloneErrorCode.INCOMPATIBLE.exitStatus());
        assertThat(text.stdout())
                .startsWith("A clone would fail: 2 problems.\nDonor 127.0.0.1:")
                .containsSubsequence("\nPROBLEM\n", "compatibility", "8.4.3", "directory", "\nNOT CHECKED\n", "\nOK\n");
        assertThat(text.stderr()).isEmpty();

        CommandResult json = Jclone.run(
                "wrong", List.of("check", "--donor=127.0.0.1:" + donor.port(), "--user=checker", "--output=json"));
        assertThat(json.exitStatus()).isEqualTo(CloneErrorCode.ACCESS_DENIED.exitStatus());
        assertThat(json.stdout())
                .startsWith("{\"type\":\"check\",")
                .contains("\"item\":\"login\",\"group\":\"connection\",\"state\":\"problem\"", "1045")
                .endsWith("]}\n");
    }

    private boolean succeeds(String statement) {
        try {
            donor.sql(statement);
            return true;
        } catch (ScriptException e) {
            return false;
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static Finding only(CheckReport report, CheckItem item) {
        List<Finding> found = report.findings().stream()
                .filter(finding -> finding.item() == item)
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static CheckReport check(CloneRequest request) {
        return new DonorCheck(request).run();
    }

    private static Password password() {
        return Password.of(MySqlServer.CLONE_PASSWORD.toCharArray());
    }

    private CloneRequest.Builder request(String user) {
        return CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", donor.port()))
                .user(user)
                .password(password());
    }
}

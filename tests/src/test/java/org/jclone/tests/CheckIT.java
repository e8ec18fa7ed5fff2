package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TargetServer;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.ScriptException;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A check finds each condition that would make a clone fail or lose data, and its advice fixes the condition. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckIT {

    private final Servers servers;
    private final MySqlServer donor;

    CheckIT(Servers servers) {
        this.servers = servers;
        donor = Checks.donor(servers);
    }

    @AfterAll
    void stop() {
        donor.close();
    }

    @Test
    void findsNothingOnAHealthyDonor() {
        CheckReport report = Checks.run(Checks.request(donor, Checks.USER)
                .target(it -> it.withDirectory(servers.newPath("c"))
                        .withServer(TargetServer.known(
                                Optional.of(donor.sql("SELECT VERSION()")),
                                Optional.empty(),
                                Optional.of(Path.of(donor.sql("SELECT @@plugin_dir"))))))
                .buildForCheck());
        assertThat(report.findings())
                .filteredOn(finding -> finding.state() != Finding.State.OK)
                .singleElement() // only mysqld itself can tell
                .hasFieldOrPropertyWithValue("item", CheckItem.COMPATIBILITY)
                .hasFieldOrPropertyWithValue("state", Finding.State.UNKNOWN);
        assertThat(report.findings()).extracting(Finding::item).contains(CheckItem.values());
        assertThat(report.exitStatus()).isZero();
    }

    /**
     * Tells an account with only the minimum grants what it cannot see. Following the advice makes it visible.
     */
    @Test
    void needsNoMoreThanBackupAdmin() {
        donor.sql("CREATE USER minimal@'%' IDENTIFIED BY 'clone_donor'; GRANT BACKUP_ADMIN ON *.* TO minimal@'%'");
        CheckReport before = Checks.run(Checks.request(donor, "minimal").buildForCheck());
        assertThat(before.in(Finding.State.PROBLEM)).isEmpty();
        assertThat(before.in(Finding.State.WARNING)).isEmpty();
        List<String> advice = before.in(Finding.State.UNKNOWN).stream()
                .flatMap(finding -> finding.statements().stream())
                .distinct()
                .toList();
        assertThat(advice).hasSize(3).allMatch(statement -> statement.startsWith("GRANT "));

        donor.sql(String.join("\n", advice));
        assertThat(Checks.run(Checks.request(donor, "minimal").buildForCheck()).in(Finding.State.UNKNOWN))
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
                "ALTER USER checker@'%' WITH MAX_USER_CONNECTIONS 2 | CONNECTIONS | WARNING |",
                "ALTER USER checker@'%' WITH MAX_USER_CONNECTIONS 1 | CONNECTIONS | PROBLEM | DONOR_BUSY",
            })
    void findsBadSettingsAndSaysHowToFixThem(
            String spoil, CheckItem item, Finding.State state, CloneErrorCode failure) {
        donor.sql(spoil);
        CheckReport spoiled = Checks.run(Checks.request(donor, Checks.USER).buildForCheck());
        Finding found = spoiled.findings().get(0);
        assertThat(found.item()).isEqualTo(item);
        assertThat(found.state()).isEqualTo(state);
        assertThat(found.failure()).isEqualTo(Optional.ofNullable(failure));
        assertThat(found.why()).isNotEmpty();
        assertThat(spoiled.exitStatus()).isEqualTo(failure == null ? 0 : failure.exitStatus());

        donor.sql(String.join("\n", found.statements()) + String.join("\n", found.choices()));
        assertThat(Checks.only(Checks.run(Checks.request(donor, Checks.USER).buildForCheck()), item)
                        .state())
                .isEqualTo(Finding.State.OK);
    }

    /** Gives no advice to change the engine of tables that have no rows, or that would become something else. */
    @Test
    void saysWhatHappensToTablesOfOtherEngines() throws Exception {
        donor.sql("CREATE TABLE spoil.b (i INT) ENGINE = BLACKHOLE; CREATE TABLE spoil.h (i INT) ENGINE = MEMORY");
        try {
            Finding found =
                    Checks.only(Checks.run(Checks.request(donor, Checks.USER).buildForCheck()), CheckItem.ENGINES);
            assertThat(found.state()).isEqualTo(Finding.State.WARNING);
            assertThat(found.text()).isEqualTo("not in InnoDB: 2 tables: spoil.b (BLACKHOLE), spoil.h (MEMORY)");
            assertThat(found.choices()).isEmpty();

            donor.sql("CREATE TABLE spoil.a (i INT) ENGINE = ARCHIVE; DROP TABLE spoil.h");
            Finding archive =
                    Checks.only(Checks.run(Checks.request(donor, Checks.USER).buildForCheck()), CheckItem.ENGINES);
            assertThat(archive.why()).contains("cannot even be opened", "rebuilds", "blocks writes", "replica");
            assertThat(archive.statements()).isEmpty();
            assertThat(archive.choices()).containsExactly("ALTER TABLE `spoil`.`a` ENGINE = InnoDB;");
            List<String> fetch = List.of(
                    "fetch",
                    "--donor=127.0.0.1:" + donor.port(),
                    "--user=" + Checks.USER,
                    "--dir=" + servers.newPath("c"),
                    "--output=json");
            CommandResult fetched = Jclone.run(MySqlServer.CLONE_PASSWORD, fetch);
            assertThat(fetched.exitStatus()).as(fetched.stderr()).isZero();
            assertThat(fetched.stdout())
                    .contains("the clone has no rows of them: 2 tables: spoil.a (ARCHIVE), spoil.b (BLACKHOLE)")
                    .contains("\"otherEngines\":{\"count\":2,\"allTablesSeen\":true,\"tables\":["
                            + "{\"schema\":\"spoil\",\"name\":\"a\",\"engine\":\"ARCHIVE\"},");
        } finally {
            donor.sql("DROP TABLE IF EXISTS spoil.a, spoil.b, spoil.h");
        }
    }

    /** The reason for the failed connection is an item of the report, and nothing else is checked. */
    @Test
    void findsWhyThereIsNoConnection() {
        CheckReport nobody = Checks.run(Checks.request(donor, Checks.USER)
                .donor(new DonorAddress("127.0.0.1", 1))
                .buildForCheck());
        assertThat(Checks.only(nobody, CheckItem.REACHABILITY).failure()).contains(CloneErrorCode.CONNECT_FAILED);
        CheckReport name = Checks.run(Checks.request(donor, Checks.USER)
                .tls(it -> it.withSslMode(SslMode.VERIFY_IDENTITY)
                        .withSslCa(donor.dataDirectory().resolve("ca.pem")))
                .buildForCheck());
        assertThat(Checks.only(name, CheckItem.TLS).failure()).contains(CloneErrorCode.TLS_FAILED);
        CheckReport account = Checks.run(Checks.request(donor, "nobody")
                .tls(it -> it.withSslMode(SslMode.REQUIRED))
                .buildForCheck());
        assertThat(Checks.only(account, CheckItem.LOGIN).failure()).contains(CloneErrorCode.ACCESS_DENIED);
        assertThat(Checks.only(account, CheckItem.REACHABILITY).state()).isEqualTo(Finding.State.OK);
        assertThat(account.in(Finding.State.UNKNOWN)).hasSizeGreaterThan(15);
    }

    @Test
    void findsOutsideTablespacesAndUndoTablespacesWithEqualNames() throws Exception {
        donor.sql("CREATE TABLESPACE far ADD DATAFILE '" + donor.outside() + "/far.ibd';"
                + " CREATE TABLESPACE beside ADD DATAFILE './../outside//beside.ibd';"
                + " CREATE UNDO TABLESPACE near ADD DATAFILE 'same.ibu';"
                + " CREATE UNDO TABLESPACE away ADD DATAFILE '" + donor.outside() + "/same.ibu'");
        CheckReport report = Checks.run(Checks.request(donor, Checks.USER).buildForCheck());
        assertThat(Checks.only(report, CheckItem.TABLESPACES).text())
                .contains(donor.outside() + "/far.ibd", "./../outside//beside.ibd");
        assertThat(Checks.only(report, CheckItem.TABLESPACES).state()).isEqualTo(Finding.State.WARNING);
        assertThat(Checks.only(report, CheckItem.UNDO_NAMES).text()).contains(donor.outside() + "/same.ibu");
        assertThat(Checks.only(report, CheckItem.UNDO_NAMES).state()).isEqualTo(Finding.State.PROBLEM);
        assertThat(Checks.only(report, CheckItem.UNDO_NAMES).failure()).contains(CloneErrorCode.FILE_NAME_CLASH);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Clones.run(Clones.request(donor, servers.newPath("c"))))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.FILE_NAME_CLASH))
                .withMessage("the donor has two undo tablespaces with the file name same.ibu");

        donor.sql("DROP TABLESPACE far; DROP TABLESPACE beside;"
                + " ALTER UNDO TABLESPACE near SET INACTIVE; ALTER UNDO TABLESPACE away SET INACTIVE");
        Checks.await(() -> succeeds("DROP UNDO TABLESPACE near") & succeeds("DROP UNDO TABLESPACE away")
                || donor.number("SELECT COUNT(*) FROM information_schema.files WHERE file_name LIKE '%same.ibu'") == 0);
        assertThat(Checks.only(Checks.run(Checks.request(donor, Checks.USER).buildForCheck()), CheckItem.UNDO_NAMES)
                        .state())
                .isEqualTo(Finding.State.OK);
    }

    @Test
    void findsEncryptedDataThatNeedsTls() {
        try (MySqlServer encrypted = servers.create("--encrypt")) {
            encrypted.sql("GRANT PROCESS ON *.* TO clone_donor@'%'; SET GLOBAL innodb_undo_log_encrypt = ON;"
                    + " CREATE DATABASE safe; CREATE TABLE safe.t (i INT) ENCRYPTION = 'Y'");
            CloneRequest.Builder request = Checks.request(donor, MySqlServer.CLONE_USER)
                    .donor(new DonorAddress("127.0.0.1", encrypted.port()))
                    .tls(it -> it.withGetServerPublicKey(true));
            Finding clear = Checks.only(
                    Checks.run(
                            request.tls(it -> it.withSslMode(SslMode.DISABLED)).buildForCheck()),
                    CheckItem.ENCRYPTION);
            assertThat(clear.state()).isEqualTo(Finding.State.PROBLEM);
            assertThat(clear.failure()).contains(CloneErrorCode.ENCRYPTION_NEEDS_TLS);
            assertThat(clear.text()).contains("the undo log", "tablespaces");
            CheckReport socket = Checks.run(request.login(it -> it.withPassword(Checks.password()))
                    .tls(it -> it.withSslMode(SslMode.PREFERRED))
                    .donor(DonorAddress.ofSocket(encrypted.socket()))
                    .buildForCheck());
            assertThat(Checks.only(socket, CheckItem.ENCRYPTION).failure())
                    .contains(CloneErrorCode.ENCRYPTION_NEEDS_TLS);
            request.donor(new DonorAddress("127.0.0.1", encrypted.port()));
            CheckReport tls = Checks.run(request.login(it -> it.withPassword(Checks.password()))
                    .tls(it -> it.withSslMode(SslMode.REQUIRED))
                    .buildForCheck());
            assertThat(Checks.only(tls, CheckItem.ENCRYPTION).state()).isEqualTo(Finding.State.OK);
            assertThat(Checks.only(tls, CheckItem.KEYRING).failure()).contains(CloneErrorCode.KEYRING);
            assertThat(tls.exitStatus()).isEqualTo(CloneErrorCode.KEYRING.exitStatus());
            CheckReport keyring = Checks.run(request.login(it -> it.withPassword(Checks.password()))
                    .target(it -> it.withEncryption(EncryptionSettings.keyringFile(servers.newPath("keyring"))))
                    .buildForCheck());
            assertThat(Checks.only(keyring, CheckItem.KEYRING).text()).contains("can be created");
            assertThat(keyring.exitStatus()).isZero();
        }
    }

    @Test
    void theCommandPrintsTextAndJson() throws Exception {
        Path used = Files.createDirectory(servers.newPath("c"));
        Files.writeString(used.resolve("precious"), "keep me");
        List<String> arguments = List.of(
                "check",
                "--donor=127.0.0.1:" + donor.port(),
                "--user=" + Checks.USER,
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
}

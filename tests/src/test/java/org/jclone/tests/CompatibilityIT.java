package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.IncompatibleDonorException;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.api.TargetServer;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/** Whether donor and target are compatible, and the settings that a server on a clone needs. */
@RealServer
class CompatibilityIT {

    private final Servers servers;

    CompatibilityIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void refusesBeforeDataFlowsAndNamesEveryMismatch() throws Exception {
        MySqlServer donor = servers.plainDonor();
        Path directory = servers.newPath("c");
        Path noPlugins = Files.createDirectory(servers.newPath("p"));
        TargetServer older = TargetServer.known(Optional.of("8.4.3"), Optional.empty(), Optional.of(noPlugins));

        IncompatibleDonorException refused = catchThrowableOfType(
                IncompatibleDonorException.class,
                () -> Clones.run(Clones.request(donor, directory).target(it -> it.withServer(older))));

        assertThat(refused.code()).isEqualTo(CloneErrorCode.INCOMPATIBLE);
        assertThat(refused.compatibility().fatal())
                .extracting(Mismatch::subject)
                .contains("version", "plugin clone");
        assertThat(directory).doesNotExist();
        Clones.assertFree(donor, servers);
    }

    /**
     * Compares with the answers of mysqld itself. The plugin directory is given, because the server does not run where
     * it was built to run.
     */
    @Test
    void asksTheMysqldThatWillRunOnTheClone() throws Exception {
        MySqlServer donor = servers.plainDonor();
        Path tool = Path.of("server", "tool").toAbsolutePath();
        Path mysqld = Files.writeString(servers.newPath("mysqld"), "#!/bin/sh\nexec " + tool + " mysqld \"$@\"\n");
        assertThat(mysqld.toFile().setExecutable(true)).isTrue();
        List<String> arguments = List.of(
                "fetch",
                "--donor=127.0.0.1:" + donor.port(),
                "--user=" + MySqlServer.CLONE_USER,
                "--dir=" + servers.newPath("c"),
                "--mysqld=" + mysqld,
                "--plugin-dir=" + donor.sql("SELECT @@plugin_dir"),
                "--output=json");
        CommandResult asked = Jclone.run(MySqlServer.CLONE_PASSWORD, arguments);
        assertThat(asked.exitStatus()).as(asked.stderr()).isZero();
        assertThat(asked.stdout()).doesNotContain("differ");
        CommandResult checked = Jclone.run(MySqlServer.CLONE_PASSWORD, checkOf(arguments));
        assertThat(checked.stdout()).contains("\"item\":\"compatibility\",\"group\":\"target\",\"state\":\"ok\"");
    }

    private static List<String> checkOf(List<String> fetch) {
        List<String> check = new ArrayList<>(fetch);
        check.set(0, "check");
        return check;
    }

    @Test
    void theCommandListsMismatchesAndCanBeForced() throws Exception {
        MySqlServer donor = servers.plainDonor();
        Path directory = servers.newPath("c");
        List<String> arguments = List.of(
                "fetch",
                "--donor=127.0.0.1:" + donor.port(),
                "--user=" + MySqlServer.CLONE_USER,
                "--dir=" + directory,
                "--target-version=9.6.0",
                "--config-file=" + servers.newPath("f"));
        CommandResult refused = Jclone.run(MySqlServer.CLONE_PASSWORD, arguments);
        assertThat(refused.exitStatus()).isEqualTo(CloneErrorCode.INCOMPATIBLE.exitStatus());
        assertThat(refused.stderr()).contains("  fatal     version: donor 9.7", "--force-incompatible");
        assertThat(directory).doesNotExist();

        List<String> forced = new ArrayList<>(arguments);
        forced.add("--force-incompatible");
        CommandResult done = Jclone.run(MySqlServer.CLONE_PASSWORD, forced);
        assertThat(done.exitStatus()).as(done.stderr()).isZero();
        assertThat(done.stderr()).contains("donor and target differ: version");
        assertThat(done.stdout()).contains("innodb_page_size=16384", "--defaults-extra-file=");
    }

    /** The server uses the written file unchanged, and no other setting that its data depends on. */
    @Test
    void aServerStartsWithTheWrittenSettings() throws Exception {
        try (MySqlServer donor = servers.create(
                "--page-size",
                "4k",
                "--set",
                "innodb_data_file_path=first:12M;../outside/second:20M:autoextend",
                "--set",
                "innodb_data_home_dir=",
                "--set",
                "lower_case_table_names=1",
                "--set",
                "innodb_ft_min_token_size=2")) {
            donor.sql("CREATE DATABASE Shop; CREATE TABLE Shop.Orders (id INT PRIMARY KEY, note TEXT, FULLTEXT (note));"
                    + " INSERT INTO Shop.Orders VALUES (1, 'ab cd'); SET PERSIST max_connections = 77;"
                    + " SET PERSIST init_connect = 'SET @a = \\'# x\\''");
            Path directory = servers.newPath("c d#");
            Path config = servers.newPath("f");
            Path persisted = servers.newPath("v");
            TargetServer wanted = TargetServer.UNKNOWN.forClone(false, Optional.of(config), Optional.of(persisted));

            CloneResult result = Clones.run(Clones.request(donor, directory).target(it -> it.withServer(wanted)));

            assertThat(config).hasContent(result.configuration().fragment());
            assertThat(result.configuration().settings()).contains("innodb_page_size=4096", "lower_case_table_names=1");
            assertThat(persisted).content().contains("max_connections=77", "init_connect=\"SET @a = '# x'\"");
            assertThat(directory).isDirectoryContaining("glob:**/second");
            try (MySqlServer clone = servers.create("--data", directory.toString(), "--set", "!include " + config)) {
                assertThat(clone.fingerprint()).isEqualTo(donor.fingerprint());
                assertThat(clone.check()).startsWith("checked");
                assertThat(clone.row("SELECT @@innodb_page_size, @@lower_case_table_names, @@innodb_data_file_path"))
                        .containsExactly("4096", "1", "first:12M;second:20M:autoextend");
                assertThat(clone.number("SELECT COUNT(*) FROM shop.orders WHERE MATCH (note) AGAINST ('ab')"))
                        .isEqualTo(1);
            }
        }
    }
}

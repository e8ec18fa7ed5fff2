package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A script or a service passes the password, without a terminal, and no list of processes shows it.
 */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnattendedIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final Servers servers;
    private MySqlServer donor;

    UnattendedIT(Servers servers) {
        this.servers = servers;
    }

    @BeforeAll
    void startDonor() {
        donor = servers.create();
    }

    @AfterAll
    void stopDonor() {
        donor.close();
    }

    /** A file, or a descriptor opened by a shell; 9 is the one that a launcher might use itself. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "umask 077; f=$(mktemp); echo \"$SECRET\" >$f; \"$@\" --password-file=$f; s=$?; rm $f; exit $s",
                "exec \"$@\" --password-fd=3 3< <(printf '%s\\nnot this line' \"$SECRET\")",
                "exec \"$@\" --password-fd=9 9<<< \"$SECRET\"",
                "printf %s \"$SECRET\" | { unset SECRET; exec \"$@\" --password-fd=0; }",
            })
    void readsThePasswordFromAFileOrADescriptor(String script) {
        Path directory = servers.newPath("c");
        CommandResult result = bash(script, Map.of("SECRET", MySqlServer.CLONE_PASSWORD), directory);
        assertThat(result.exitStatus()).describedAs(result.stderr()).isZero();
        assertThat(directory.resolve("ibdata1")).exists();
        assertThat(result.stderr()).doesNotContain(MySqlServer.CLONE_PASSWORD).doesNotContain("warning");
    }

    @Test
    void refusesADescriptorThatIsNotOpen() {
        CommandResult result = bash("exec \"$@\" --password-fd=7", Map.of(), servers.newPath("c"));
        assertThat(result.exitStatus()).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(result.stderr()).contains("--password-fd", "/dev/fd/7");
    }

    /**
     * As with {@code LoadCredential=} of systemd, a file in a folder that only the service sees has the password.
     */
    @Test
    void readsThePasswordFromASystemdCredential() throws IOException {
        Path credentials = Files.createDirectories(servers.newPath("credentials"));
        Path credential = Files.writeString(credentials.resolve("jclone.password"), MySqlServer.CLONE_PASSWORD + "\n");
        assertThat(credential.toFile().setReadable(false, false)
                        && credential.toFile().setReadable(true, true))
                .isTrue();
        Path directory = servers.newPath("c");
        // A credential overrides the environment.
        CommandResult result = bash(
                "exec \"$@\"",
                Map.of("CREDENTIALS_DIRECTORY", credentials.toString(), "MYSQL_PWD", "another"),
                directory);
        assertThat(result.exitStatus()).describedAs(result.stderr()).isZero();
        assertThat(result.stderr()).doesNotContain("warning");
        try (MySqlServer clone = servers.create("--data", directory.toString())) {
            assertThat(clone.fingerprint()).isEqualTo(donor.fingerprint());
        }
    }

    @Test
    void reportsAWrongPasswordInACredential() throws IOException {
        Path credentials = Files.createDirectories(servers.newPath("credentials"));
        Files.writeString(credentials.resolve("jclone.password"), "not the password");
        CommandResult result =
                bash("exec \"$@\"", Map.of("CREDENTIALS_DIRECTORY", credentials.toString()), servers.newPath("c"));
        assertThat(result.exitStatus()).isEqualTo(CloneErrorCode.ACCESS_DENIED.exitStatus());
        assertThat(result.stderr())
                .contains("error 1045", "More: jclone explain 1045")
                .doesNotContain("not the password");
    }

    private CommandResult bash(String script, Map<String, String> environment, Path directory) {
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
        command.addAll(Jclone.command(List.of(
                "fetch",
                "--no-defaults",
                "--donor=127.0.0.1:" + donor.port(),
                "--user=" + MySqlServer.CLONE_USER,
                "--dir=" + directory)));
        return RunningCommand.run(command, environment, TIMEOUT);
    }
}

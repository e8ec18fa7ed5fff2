package org.jclone.provision.mysqld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is a script that fails as a {@code mysqld} does. */
class PrivateServerTest {

    private static final Duration STALL = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    /** @param script is run for the private start; for {@code --help} it prints a table of values */
    private MysqldSettings mysqld(String script) throws Exception {
        Path program = directory.resolve("mysqld");
        Files.writeString(
                program,
                "#!/bin/sh\ncase \"$*\" in *--help*) printf 'mysqld  Ver 9.7.4 for Linux on x86_64 (x)"
                        + "\\n\\nVariables (--variable-name=value)\\n'; exit;; esac\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new MysqldSettings(program, Optional.empty(), List.of(), Optional.empty());
    }

    private void start(MysqldSettings mysqld) throws CloneException {
        PrivateFolder folder = PrivateFolder.choose(directory);
        PrivateServer.start(
                mysqld,
                EffectiveOptions.of(mysqld),
                directory,
                folder,
                "jclone_1",
                List.of("--server-id=7"),
                STALL,
                System::nanoTime);
    }

    @Test
    void aFailureSaysWhatTheServerSaid() throws Exception {
        MysqldSettings mysqld = mysqld("echo '[ERROR] [MY-000067] unknown variable' >&2; exit 1");
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> start(mysqld))
                .withMessageContaining("ended with status 1 before it answered")
                .withMessageContaining("[MY-000067] unknown variable")
                .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.PROVISIONING));
    }

    /** Only the init file has the password, and it is removed. */
    @Test
    void thePasswordIsNowhereButInTheInitFile() throws Exception {
        Path seen = directory.resolve("seen");
        MysqldSettings mysqld =
                mysqld("{ stat -c %a . init.sql; cat init.sql; echo \"$@\"; env; } >" + seen + "; exit 1");
        assertThatExceptionOfType(CloneException.class).isThrownBy(() -> start(mysqld));

        List<String> lines = Files.readAllLines(seen);
        assertThat(lines.subList(0, 2)).containsExactly("700", "600");
        String create = lines.stream()
                .filter(line -> line.startsWith("CREATE USER"))
                .findFirst()
                .orElseThrow();
        String password = create.substring(create.lastIndexOf("BY '") + 4, create.lastIndexOf('\''));
        assertThat(password).hasSizeGreaterThan(30);
        assertThat(lines.stream().filter(line -> line.contains(password))).containsExactly(create);
        assertThat(PrivateFolder.choose(directory).initFile()).doesNotExist();
        assertThat(lines)
                .anyMatch(line -> line.contains("--server-id=7 --datadir=" + directory + " --skip-networking=ON"));
    }
}

package org.jclone.provision.mysqld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program is a script that prints what a {@code mysqld} prints. */
class EffectiveOptionsTest {

    @TempDir
    Path folder;

    private Path program(String output) throws Exception {
        Path script = folder.resolve("mysqld");
        Files.writeString(
                script,
                "#!/bin/sh\nprintf '%s\\n' \"$@\" >" + folder.resolve("arguments") + "\ncat <<'E'\n" + output
                        + "\nE\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    private static MysqldSettings settings(Path program, String... options) {
        return new MysqldSettings(program, Optional.of(Path.of("/etc/x.cnf")), List.of(options), Optional.empty());
    }

    @Test
    void readsTheTableOfValues() throws Exception {
        Path program = program("""
                /usr/sbin/mysqld  Ver 9.7.4 for Linux on x86_64 (MySQL Community Server - GPL)
                server-id  99 in the text before the table

                Variables (--variable-name=value)
                and boolean options {FALSE|TRUE}  Value (after reading options)
                --------------------------------- -----------------------------
                server-id                         7
                super-read-only                   TRUE
                relay-log                         (No default value)
                """);

        EffectiveOptions options = EffectiveOptions.of(settings(program, "--port=1"));

        assertThat(options.version().number()).isEqualTo(90_704);
        assertThat(options.value("server_id")).contains("7");
        assertThat(options.value("super_read_only")).contains("TRUE");
        assertThat(options.value("relay_log")).isEmpty();
        assertThat(folder.resolve("arguments"))
                .content()
                .isEqualTo("--defaults-file=/etc/x.cnf\n--port=1\n--persisted-globals-load=OFF\n--verbose\n--help\n");
    }

    @Test
    void refusesAnotherProgram() throws Exception {
        Path program = program("hello");
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> EffectiveOptions.of(settings(program)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.USAGE));
    }

    @Test
    void saysWhyAProgramDoesNotRun() throws Exception {
        Path script = program("");
        Files.writeString(script, "#!/bin/sh\necho first >&2; echo 'libaio.so.1: not found' >&2; exit 127\n");
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> EffectiveOptions.of(settings(script)))
                .withMessage("--mysqld: " + script + " does not show its options with --verbose --help:"
                        + " it ended with status 127: libaio.so.1: not found");
    }

    @ParameterizedTest
    @CsvSource({
        "--port=3306, false",
        "--persisted_globals_load=OFF, true",
        "--persisted-globals-load=0 --port=1, true",
        "--persisted-globals-load=OFF --persisted_globals_load=ON, false",
        "--skip-persisted-globals-load, true",
        "--loose-persisted-globals-load=off, true",
        "--persisted-globals-load, false"
    })
    void seesWhetherTheFenceWouldBeIgnored(String defaults, boolean ignored) throws Exception {
        Path program = program("mysqld would have been started with the following arguments:\n" + defaults + " ");
        assertThat(EffectiveOptions.ignorePersisted(settings(program))).isEqualTo(ignored);
    }

    @Test
    void seesItOnTheCommandLineToo() throws Exception {
        Path program =
                program("mysqld would have been started with the following arguments:\n--persisted-globals-load=ON ");
        assertThat(EffectiveOptions.ignorePersisted(settings(program, "--persisted-globals-load=OFF")))
                .isTrue();
    }
}

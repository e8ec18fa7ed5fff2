package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.TargetServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MysqldTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/usr/sbin/mysqld  Ver 9.7.4 for Linux on x86_64 (MySQL Community Server - GPL) | 9.7.4 | Linux | x86_64",
                "mysqld  Ver 8.0.44-0ubuntu0.24.04.1 for Linux on aarch64 ((Ubuntu)) | 8.0.44-0ubuntu0.24.04.1 | Linux | aarch64",
                "mysqld  Ver 8.4.3 for macos14 on arm64 (Homebrew) | 8.4.3 | macos14 | arm64"
            })
    void parsesTheVersion(String answer, String version, String os, String machine) throws Exception {
        Mysqld mysqld = Mysqld.ask(program("echo '" + answer + "'"));
        assertThat(mysqld).isEqualTo(new Mysqld(version, os, machine, Optional.empty(), Set.of()));
    }

    @Test
    void findsThePluginDirectory() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plug ins"));
        Files.createFile(plugins.resolve("mysql_clone.so"));
        Path program =
                program("echo 'mysqld Ver 9.7.4 for Linux on x86_64 (x)'; echo 'Variables (--variable-name=value)';"
                        + " echo 'plugin-dir      " + plugins + "/'");
        assertThat(Mysqld.ask(program).pluginDirectory()).contains(plugins);
        TargetFacts facts =
                TargetFacts.of(TargetServer.known(Optional.empty(), Optional.of(program), Optional.empty()));
        assertThat(facts.pluginFiles().orElseThrow()).containsExactly("mysql_clone.so");
        assertThat(facts.version().orElseThrow().lts()).isTrue();
    }

    @Test
    void knowsItsVariables() throws Exception {
        Path program = program("echo 'mysqld Ver 9.7.4 for Linux on x86_64 (x)';"
                + " echo 'Variables (--variable-name=value)'; echo 'max-connections      151'; echo 'tmpdir'");
        assertThat(Mysqld.ask(program).variables()).containsExactlyInAnyOrder("max_connections", "tmpdir");
    }

    @Test
    void refusesOtherPrograms() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "no program");
        for (Path wrong : new Path[] {text, folder, folder.resolve("missing"), program("exit 1")}) {
            assertThatThrownBy(() -> Mysqld.ask(wrong))
                    .isInstanceOf(CloneException.class)
                    .hasMessageStartingWith("--mysqld: " + wrong)
                    .hasFieldOrPropertyWithValue("code", CloneErrorCode.USAGE);
        }
    }

    @Test
    void refusesInvalidVersionsAndPluginDirectories() {
        assertThatThrownBy(() ->
                        TargetFacts.of(TargetServer.known(Optional.of("9.7"), Optional.empty(), Optional.empty())))
                .hasMessageContaining("9.7.4");
        assertThatThrownBy(() -> TargetFacts.of(
                        TargetServer.known(Optional.empty(), Optional.empty(), Optional.of(folder.resolve("missing")))))
                .hasMessageContaining("--plugin-dir");
    }

    private Path program(String script) throws IOException {
        Path program = Files.writeString(folder.resolve("mysqld"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }
}

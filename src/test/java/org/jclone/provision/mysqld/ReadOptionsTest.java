package org.jclone.provision.mysqld;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.provision.mysqld.ReadOptions.Option;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program is a script that prints what {@code mysqld --print-defaults} prints. */
class ReadOptionsTest {

    @TempDir
    Path folder;

    private ReadOptions read(String defaults, String errors, String... options) throws Exception {
        Path script = folder.resolve("mysqld");
        Files.writeString(
                script,
                "#!/bin/sh\nprintf '%s ' \"$@\" >" + folder.resolve("arguments") + "\necho \"" + errors
                        + "\" >&2\necho '/usr/sbin/mysqld would have been started with the following arguments:'\necho '"
                        + defaults + " '\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        MysqldSettings settings =
                new MysqldSettings(script, Optional.of(Path.of("/etc/x.cnf")), List.of(options), Optional.empty());
        return ReadOptions.of(settings, Optional.empty());
    }

    @Test
    void seesWhetherTheServerReadsAFile() throws Exception {
        ReadOptions read = read("--port=1 --datadir=/a b --server_id=3 --port=2", "", "--port=4");
        assertThat(read.contain(List.of("--datadir=/a b", "--server_id=3"))).isTrue();
        assertThat(read.contain(List.of("--server_id=3", "--datadir=/a b"))).isFalse();
        assertThat(read.contain(List.of("--server_id=33"))).isFalse();
        assertThat(read.after(List.of("--datadir=/a b", "--server_id=3")))
                .containsExactly(new Option("port", "2"), new Option("port", "4"));
        assertThat(folder.resolve("arguments")).content().isEqualTo("--defaults-file=/etc/x.cnf --print-defaults ");
    }

    @Test
    void theLastOfTwoPlacesCounts() throws Exception {
        assertThat(read("--a=1 --b=2 --a=1 --c=3", "").after(List.of("--a=1"))).containsExactly(new Option("c", "3"));
    }

    @Test
    void seesThatAnIncludedFileIsMissing() throws Exception {
        ReadOptions read = read("--port=1", "mysqld: Can't get stat of '/x/data.cnf' (OS errno 2 - No such file)");
        assertThat(read.missed(Path.of("/x/data.cnf"))).isTrue();
        assertThat(read.missed(Path.of("/data.cnf"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "super_read_only=OFF, OFF",
        "super-read-only=0, 0",
        "loose-super_read_only=1, 1",
        "super-read-only, ON",
        "skip-super-read-only, OFF",
        "loose-skip-super_read_only, OFF",
        "disable-super-read-only=0, ON",
        "enable-super-read-only, ON",
        "read_only=OFF,",
    })
    void knowsTheWaysToSetAVariable(String option, String value) throws Exception {
        assertThat(read("--" + option, "").all().get(0).valueOf("super_read_only"))
                .isEqualTo(Optional.ofNullable(value));
    }
}

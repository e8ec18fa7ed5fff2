package org.jclone.provision.mysqld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.api.MysqldSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoppedLogsTest {

    private static final String A = "aaaaaaaa-0000-0000-0000-00000000000a";
    private static final String B = "bbbbbbbb-0000-0000-0000-00000000000b";
    private static final String MAGIC = "fe62696e";

    /** Built by hand from the layouts; a log of a real server is read where a replica is replaced. */
    private static final String FORMAT = event("0f", "0000000000");

    private static final String PREVIOUS = event(
            "23",
            "0200000000000000"
                    + "aaaaaaaa00000000000000000000000a"
                    + "0200000000000000"
                    + "0100000000000000 0600000000000000"
                    + "0800000000000000 0900000000000000"
                    + "bbbbbbbb00000000000000000000000b"
                    + "0100000000000000"
                    + "0300000000000000 0500000000000000"
                    + "deadbeef");
    private static final String TRANSACTION =
            event("21", "01 aaaaaaaa00000000000000000000000a 0600000000000000 0200000000") + event("02", "deadbeef");

    @TempDir
    Path folder;

    private static String event(String type, String body) {
        String bytes = body.replace(" ", "");
        int size = 19 + bytes.length() / 2;
        return "00000000" + type + "01000000" + "%02x000000".formatted(size) + "00000000" + "0000" + bytes;
    }

    private Path log(String hex) throws IOException {
        return Files.write(folder.resolve("binlog.000002"), HexFormat.of().parseHex(hex));
    }

    private String read(String hex) throws IOException {
        return StoppedLogs.readLog(log(hex)).toString();
    }

    @Test
    void readsTheEarlierTransactionsAndThoseOfTheLog() throws Exception {
        assertThat(read(MAGIC + FORMAT + PREVIOUS + TRANSACTION)).isEqualTo(A + ":1-6:8," + B + ":3-4");
    }

    @Test
    void aLogThatAKilledServerLeftEndsAnywhere() throws Exception {
        String whole = MAGIC + FORMAT + PREVIOUS + TRANSACTION;
        int known = (MAGIC + FORMAT + PREVIOUS).length();
        for (int end = known; end < whole.length(); end += 2) {
            assertThat(read(whole.substring(0, end))).startsWith(A + ":1-").endsWith(B + ":3-4");
        }
    }

    @Test
    void doesNotTakeALogThatEndsBeforeTheEarlierTransactionsForAnEmptyOne() {
        String whole = MAGIC + FORMAT + PREVIOUS;
        for (int end = MAGIC.length(); end < whole.length(); end += 2) {
            String part = whole.substring(0, end);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> read(part))
                    .withMessageContaining("binlog.000002 ends before it names the earlier transactions");
        }
    }

    @Test
    void keepsIntervalsInsteadOfTransactions() throws Exception {
        StringBuilder log = new StringBuilder(MAGIC + FORMAT + PREVIOUS);
        for (int number : new int[] {9, 10, 11, 14, 13, 20}) {
            log.append(event("21", "01 bbbbbbbb00000000000000000000000b %02x00000000000000".formatted(number)));
        }
        assertThat(read(log.toString())).isEqualTo(A + ":1-5:8," + B + ":3-4:9-11:13-14:20");
    }

    private EffectiveOptions options(String table) throws Exception {
        Path program = folder.resolve("mysqld");
        Files.writeString(
                program,
                "#!/bin/sh\ncat <<'E'\nmysqld  Ver 9.7.4 for Linux on x86_64\n\nVariables (--variable-name=value)\n"
                        + table + "E\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return EffectiveOptions.of(new MysqldSettings(program, Optional.empty(), List.of(), Optional.empty()));
    }

    @Test
    void findsTheIndexAsTheServerNamesIt() throws Exception {
        Files.writeString(folder.resolve("mysql-bin.index"), "./binlog.000001\n./binlog.000002\n");
        log(MAGIC + FORMAT + PREVIOUS);
        for (String index : new String[] {"", "log-bin-index mysql-bin.index\n"}) {
            EffectiveOptions effective = options("log-bin mysql-bin.log\n" + index);
            assertThat(StoppedLogs.read(effective, folder)).hasToString(A + ":1-5:8," + B + ":3-4");
        }
    }

    @Test
    void doesNotGuessWhatItCannotRead() {
        for (String unknown : new String[] {
            "fd62696e00", MAGIC + event("2a", "00"), MAGIC + event("23", "0100000000000001"), MAGIC + "00".repeat(19)
        }) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> read(unknown))
                    .withMessageContaining("binlog.000002");
        }
    }
}

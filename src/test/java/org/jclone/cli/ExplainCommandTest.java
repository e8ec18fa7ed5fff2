package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.explain.Explanations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainCommandTest {

    private final TestContext program = new TestContext();

    @Test
    void explainsOneError() {
        assertThat(program.run("explain", "1227")).isZero();
        assertThat(program.out())
                .startsWith("1227 (ER_SPECIFIC_ACCESS_DENIED_ERROR)\n")
                .contains(
                        "  1. BACKUP_ADMIN was never granted.\n",
                        "How to tell: ",
                        "What to do:  On the donor: GRANT BACKUP_ADMIN");
        assertThat(program.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void listsAllErrors() {
        assertThat(program.run("explain")).isZero();
        assertThat(program.out().lines()).hasSize(Explanations.all().size());
    }

    @Test
    void printsOneJsonObjectPerLine() {
        assertThat(program.run("explain", "75", "--output=json")).isZero();
        assertThat(program.out().lines().toList())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("{\"code\":\"").contains("\"causes\":[{\"cause\":"));
    }

    @Test
    void explainsALogInChronologicalOrder(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("mysqld.log");
        Files.writeString(log, """
                        2026-01-31T12:00:00.1Z 14 [Note] [MY-013272] [Clone] Plugin Clone reported: 'Client: Task Connect.'
                        2026-01-31T12:00:01.2Z 14 [Note] [MY-013272] [Server] Client: Connect failed: 1227 : denied \u001b[2J
                        """);
        assertThat(program.run("explain", "--log=" + log)).isZero();
        assertThat(program.out())
                .startsWith(log + ": 2 lines, 1 clone\n")
                .containsSubsequence(
                        "1. As recipient, by the server's own CLONE statement, 2026-01-31T12:00:00Z: failed after 1.10 s",
                        "12:00:00.100  line 1  the server connects to its donor",
                        "12:00:01.200  line 2  Client: Connect failed: 1227 : denied \\u001b[2J",
                        "1227 (ER_SPECIFIC_ACCESS_DENIED_ERROR)",
                        "What to do:  On the donor: GRANT BACKUP_ADMIN");
        TestContext json = new TestContext();
        assertThat(json.run("explain", "--log=" + log, "--output=json", "--since=2026-01-31"))
                .isZero();
        assertThat(json.out())
                .startsWith("{\"type\":\"clone\",\"role\":\"recipient\",\"outcome\":\"failed\",")
                .contains("\"line\":2,", "\"codes\":[\"1227\"]", "\"explanations\":[{\"code\":\"1227\",");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "explain --log=/nonexistent | cannot read the log /nonexistent: there is no such file",
                "explain --since=2h | --since requires --log",
                "explain 1045 --log=/dev/null | give either a CODE or --log",
                "explain --log=/dev/null --since=yesterday | --since is a time",
            })
    void refusesContradictoryOptionsOfALog(String arguments, String message) {
        assertThat(program.run(arguments.split(" "))).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).startsWith("jclone: " + message);
    }

    @Test
    void saysThatALogContainsNothingToExplain() {
        assertThat(program.run("explain", "4711")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err())
                .startsWith("jclone: there is no explanation of that code; jclone explain lists all\n");
    }
}

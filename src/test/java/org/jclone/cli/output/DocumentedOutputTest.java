package org.jclone.cli.output;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.check.DonorChecks;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.compat.TargetFit;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents show what the program prints. */
class DocumentedOutputTest {

    /** The page omits the rest. */
    private static final String REST = "...";

    @Test
    void ofACheck() throws IOException {
        Donor donor = new Donor()
                .on("SET SESSION")
                .on("CURRENT_USER", "clone_user@%")
                .on("SHOW GRANTS", "GRANT PROCESS, REFERENCES ON *.* TO `clone_user`@`%`")
                .on("plugin_status", "ACTIVE|mysql_clone.so")
                .on("SHOW GLOBAL VARIABLES", "max_connections|100", "max_allowed_packet|67108864", "log_bin|ON")
                .on("SHOW GLOBAL STATUS", "Threads_connected|10", "Innodb_redo_log_enabled|OFF")
                .on("information_schema.tables", "shop|log|MyISAM|1");
        DonorChecks checks = new DonorChecks(request().buildForCheck(), () -> 0);
        checks.run(donor, "9.7.4", "TLSv1.3 TLS_AES_256_GCM_SHA384", false);

        assertShows("check.md", CheckText.of(checks.report()), "A clone would fail:");
    }

    @Test
    void ofTheSettingsForTheServer(@TempDir Path folder) throws Exception {
        Donor donor = new Donor()
                .on(
                        "innodb_data_file_path",
                        "innodb_data_file_path|first:12M;../outside/second:20M:autoextend",
                        "lower_case_table_names|1",
                        "character_set_server|utf8mb4");
        TargetServer server = TargetServer.UNKNOWN.forClone(false, Optional.of(folder.resolve("f")), Optional.empty());
        TargetFit fit = TargetFit.prepare(request()
                .target(it -> it.withDirectory(Path.of("/data/mysql")).withServer(server))
                .build());
        DonorParameters parameters = new DonorParameters(
                new LocatorsResponse(0x0103, List.of(LocatorEntry.innodb(Locator.forVersion()))),
                Map.of("version", "9.7.4", "innodb_page_size", "4096"),
                Map.of(),
                Set.of());
        fit.askDonor(donor);
        fit.check(parameters);

        String text = fit.write(parameters, Map.of(), Optional.empty()).fragment();
        assertShows("compatibility.md", text, "# Written by jclone");
    }

    @Test
    void ofEvents() throws IOException {
        assertThat(page("compression.md"))
                .contains(
                        "    " + EventText.line(new CloneEvent.CompressionDecided(true, "zstd", 19, 320)) + "\n",
                        "    " + EventText.line(new CloneEvent.CompressionDecided(false, "zstd", 1400, 320)) + "\n");
        String lost = EventText.line(
                new CloneEvent.Reconnecting("the donor closed it", 1, Instant.parse("2026-01-01T10:32:05Z")));
        assertThat(lost).matches("connection lost: the donor closed it, trying until \\d\\d:\\d\\d:05");
        assertThat(page("reliability.md"))
                .containsPattern("(?m)^    connection lost: .*the donor closed it, trying until 10:32:05$")
                .contains("    " + EventText.line(new CloneEvent.Reconnected(1, Duration.ofMillis(310))) + "\n");
    }

    @Test
    void ofAnError() throws IOException {
        String text = "Access denied for user 'clone_user'@'db2' (using password: YES)";
        DonorErrorException refused = new DonorErrorException(
                CloneErrorCode.ACCESS_DENIED,
                "db1:3306 said, while logging in: error 1045 (28000): " + text,
                Explanations.hint(1045),
                1045,
                "28000",
                text);
        List<String> lines = ErrorReport.text(refused).lines().toList();
        for (String shown : block("errors.md", "jclone: db1:3306 said").lines().toList()) {
            assertThat(lines).anyMatch(line -> line.startsWith(shown.replaceFirst(" ?\\.\\.\\.$", "")));
        }
    }

    private static CloneRequest.Builder request() {
        return CloneRequest.builder()
                .donor(new DonorAddress("db1", 3306))
                .login(LoginSettings.of("clone_user", Password.empty()));
    }

    private static void assertShows(String page, String output, String beginning) throws IOException {
        String shown = block(page, beginning);
        String compared = shown.endsWith(REST) ? shown.substring(0, shown.length() - REST.length()) : shown;
        assertThat(output).startsWith(compared);
    }

    /** Returns the indented block of a page that begins with this text, without the indent. */
    private static String block(String page, String beginning) throws IOException {
        String text = page(page);
        int begin = text.indexOf("\n    " + beginning) + 1;
        assertThat(begin).as(beginning).isPositive();
        return text.substring(begin)
                .lines()
                .takeWhile(line -> line.isEmpty() || line.startsWith("    "))
                .map(line -> line.isEmpty() ? line : line.substring(4))
                .collect(joining("\n"))
                .strip();
    }

    private static String page(String name) throws IOException {
        return Files.readString(Path.of("../docs", name));
    }

    /** Answers statements that contain a known text, with fields separated by bars, and refuses all others. */
    private static final class Donor implements SqlSession {

        private final Map<String, Rows> answers = new LinkedHashMap<>();

        Donor on(String part, String... rows) {
            List<List<Optional<String>>> values = Arrays.stream(rows)
                    .map(row ->
                            Arrays.stream(row.split("\\|")).map(Optional::of).toList())
                    .toList();
            answers.put(part, new Rows(List.of(), values));
            return this;
        }

        @Override
        public Rows query(String statement) throws SqlException {
            for (Map.Entry<String, Rows> answer : answers.entrySet()) {
                if (statement.contains(answer.getKey())) {
                    return answer.getValue();
                }
            }
            throw new SqlException(1142, "42000", "SELECT command denied");
        }

        @Override
        public long drain(String statement) {
            return 1 << 20;
        }

        @Override
        public void tryCloneMode() {}

        @Override
        public void close() {}
    }
}

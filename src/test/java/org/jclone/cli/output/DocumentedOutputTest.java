package org.jclone.cli.output;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.provision.donor.Candidate;
import org.jclone.provision.donor.DonorFacts;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.donor.Obstacle;
import org.jclone.provision.donor.RatedDonor;
import org.jclone.provision.donor.Role;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.Version;
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

    /** The outputs, and the tests that compare them. */
    private static final Map<String, String> COMPARED = Map.ofEntries(
            Map.entry("README.md: $ jclone fetch", "DocumentedRunsTest"),
            Map.entry("docs/check.md: jclone check", "output/DocumentedOutputTest"),
            Map.entry("docs/compatibility.md: # Written by jclone", "output/DocumentedOutputTest"),
            Map.entry("docs/compression.md: compressing: ", "output/DocumentedOutputTest"),
            Map.entry("docs/compression.md: compressing further connections: ", "output/DocumentedOutputTest"),
            Map.entry("docs/donor.md: $ jclone donor", "DonorCommandTest"),
            Map.entry("docs/donor.md: jclone: 2 tablespaces", "output/DocumentedOutputTest"),
            Map.entry("docs/donor.md: # a bad network", "DocumentedRunsTest"),
            Map.entry("docs/donor.md: on aux at response", "DocumentedRunsTest"),
            Map.entry("docs/errors.md: jclone: db1:3306 said", "output/DocumentedOutputTest"),
            Map.entry("docs/options.md: $ jclone fetch --defaults-file", "DocumentedRunsTest"),
            Map.entry("docs/options.md: [client]", "DocumentedRunsTest"),
            Map.entry("docs/options.md: jclone explain --log", "DocumentedRunsTest"),
            Map.entry("docs/provisioning.md: $ jclone donors", "output/DocumentedOutputTest"),
            Map.entry("docs/reliability.md: connection lost: ", "output/DocumentedOutputTest"),
            Map.entry("docs/reliability.md: donor:3306 said", "output/DocumentedOutputTest"),
            Map.entry("docs/reliability.md: warning: the clone is unfinished", "DocumentedRunsTest"),
            Map.entry("docs/reliability.md: jclone: the clone is damaged", "DocumentedRunsTest"),
            Map.entry("docs/service.md: $ journalctl", "DocumentedRunsTest"));

    /** Blocks that are no output, and why. Blocks of commands and of SQL, and Java, need no entry. */
    private static final Map<String, String> NO_OUTPUT = Map.ofEntries(
            Map.entry("docs/architecture.md: ", "a drawing"),
            Map.entry("docs/library.md: <dependency>", "an entry of a pom.xml"),
            Map.entry("docs/provisioning.md: !include", "a line of an option file"),
            Map.entry("docs/service.md: [jclone]", "an option file that the reader writes"),
            Map.entry("docs/service.md: skip_replica_start = ON", "lines of an option file that the reader writes"),
            Map.entry("docs/daemon.md: [daemon]", "an option file that the reader writes"),
            Map.entry("docs/page.md: ssh", "a command that the reader enters"),
            Map.entry("docs/page.md: [daemon]", "an option file that the reader writes"),
            Map.entry("docs/daemon.md: [throttle]", "lines of an option file that the reader writes"),
            Map.entry("docs/ansible.md: - hosts", "a playbook"),
            Map.entry("docs/kubernetes.md: apiVersion", "a manifest"),
            Map.entry("docs/kubernetes.md: initContainers", "a part of a manifest"),
            Map.entry(
                    "docs/api.md: curl --unix-socket /run/jclone/jclone.sock http://localhost/v1/targets",
                    "commands for curl"),
            Map.entry(
                    "docs/api.md: # ROLE  NAME     TOKEN, of 32 characters or more: openssl rand -hex 32",
                    "a file that the reader writes"),
            Map.entry(
                    "docs/api.md: {\"type\":\"about:blank\",\"title\":\"The state of the target or of the run forbids it\",\"status\":409,",
                    "an answer on one line, broken for the page; ApiTest compares its members with the OpenAPI document"));

    @Test
    void areComparedWhereverAPageShowsOne() throws IOException {
        Set<String> known = new HashSet<>(COMPARED.keySet());
        known.addAll(NO_OUTPUT.keySet());
        Set<String> used = new HashSet<>();
        List<String> unknown = new ArrayList<>();
        for (DocumentedBlocks.Block block : DocumentedBlocks.all()) {
            List<String> entries =
                    known.stream().filter(block.toString()::startsWith).toList();
            used.addAll(entries);
            if (entries.isEmpty() && !block.isInput()) {
                unknown.add(block.toString());
            }
        }
        assertThat(unknown)
                .as("compare these with what the program prints (DocumentedBlocks.assertShows) and enter them in"
                        + " COMPARED, or enter them in NO_OUTPUT with a reason")
                .isEmpty();
        assertThat(used).as("each entry is on a page").containsExactlyInAnyOrderElementsOf(known);
        for (Map.Entry<String, String> compared : COMPARED.entrySet()) {
            assertThat(Path.of("test/java/org/jclone/cli", compared.getValue() + ".java"))
                    .content()
                    .contains('"' + compared.getKey().replaceFirst("^[^ ]*: ", ""));
        }
    }

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

        DocumentedBlocks.assertShows("docs/check.md", "jclone check", CheckText.of(checks.report()));
    }

    @Test
    void ofTheDonors() throws IOException {
        String fast = "answers in <1 ms +10";
        RatedDonor best = rated("db2", Role.REPLICA, 80, "replica +40", "lag 0 s +20", "2 running +10", fast);
        RatedDonor source =
                rated("db1", Role.SOURCE, 40, "source +0", "lag 0 s +20", "4 running +10", "answers in 1 ms +10");
        RatedDonor bare = rated(
                "db3",
                Role.REPLICA,
                60,
                "replica +40",
                "applier stopped, 2 transactions behind +0",
                "2 running +10",
                fast);
        Obstacle obstacle = new Obstacle(
                "clone plugin: it is not installed",
                "INSTALL PLUGIN clone SONAME 'mysql_clone.so';",
                CloneErrorCode.PLUGIN_MISSING,
                false);
        RatedDonor unsuitable = new RatedDonor(bare.candidate(), List.of(obstacle), bare.score(), bare.reasons());

        String text = DonorsText.of(new DonorTable(List.of(best, source, unsuitable), List.of()));
        DocumentedBlocks.assertShows("docs/provisioning.md", "$ jclone donors", text);
    }

    private static RatedDonor rated(String host, Role role, int score, String... reasons) {
        DonorAddress address = new DonorAddress(host, 3306);
        DonorFacts facts = new DonorFacts(
                address,
                host,
                Version.of("9.7.4"),
                role,
                Optional.empty(),
                false,
                Optional.of(Duration.ZERO),
                Optional.empty(),
                GtidSet.EMPTY,
                OptionalLong.of(2),
                Duration.ZERO,
                List.of(),
                List.of());
        DonorFacts.Origin origin = role == Role.SOURCE ? DonorFacts.Origin.GIVEN : DonorFacts.Origin.REPLICA;
        Candidate candidate = new Candidate(address, origin, Optional.of(facts), List.of());
        return new RatedDonor(candidate, List.of(), score, List.of(reasons));
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
        DocumentedBlocks.assertShows("docs/compatibility.md", "# Written by jclone", text);
    }

    @Test
    void ofEvents() throws IOException {
        assertEvents(
                "docs/compression.md",
                "compressing: ",
                new CloneEvent.CompressionDecided(true, "zstd", 19, 320),
                new CloneEvent.CompressionDecided(false, "zstd", 1400, 320));
        assertEvents(
                "docs/compression.md",
                "compressing further connections: ",
                new CloneEvent.CompressionChosen(true, "zstd", 20, 60));
        assertEvents(
                "docs/reliability.md",
                "connection lost: ",
                new CloneEvent.Reconnecting("lost; the donor closed it", 1, Instant.parse("2026-01-01T10:32:05Z")),
                new CloneEvent.Reconnected(1, Duration.ofMillis(310)));
        String busy = "donor:3306 said, while waiting for the donor's snapshot: error 1205 (HY000): Lock wait timeout";
        assertEvents(
                "docs/reliability.md", "donor:3306 said", new CloneEvent.Retrying(busy, 1, 5, Duration.ofSeconds(5)));
    }

    private static void assertEvents(String page, String beginning, CloneEvent... events) throws IOException {
        DocumentedBlocks.assertShows(
                page, beginning, Arrays.stream(events).map(EventText::line).collect(joining("\n")));
    }

    @Test
    void ofMissingTablespaces() throws IOException {
        List<String> files = List.of("/ssd/mysql/shop/orders.ibd", "/ssd/mysql/archive.ibd");
        List<String> lines = new ArrayList<>(DonorText.missing(Path.of("/backup/mysql"), files));
        lines.set(0, "jclone: " + lines.get(0));
        DonorText.missingHint(files, false).forEach(line -> lines.add("  " + line));
        assertThat(DocumentedBlocks.text("docs/donor.md", "jclone: 2 tablespaces"))
                .isEqualTo(String.join("\n", lines));
    }

    @Test
    void ofAnError() throws IOException {
        String text = "Access denied for user 'clone_user'@'db2' (using password: YES)";
        DonorErrorException refused = new DonorErrorException(
                CloneErrorCode.ACCESS_DENIED,
                "db1:3306 said, while connecting: error 1045 (28000): " + text,
                Explanations.hint(1045),
                1045,
                "28000",
                text);
        List<String> lines = ErrorReport.text(refused).lines().toList();
        DocumentedBlocks.assertShows("docs/errors.md", "jclone: db1:3306 said", String.join("\n", lines));
    }

    private static CloneRequest.Builder request() {
        return CloneRequest.builder()
                .donor(new DonorAddress("db1", 3306))
                .login(LoginSettings.of("clone_user", Password.empty()));
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

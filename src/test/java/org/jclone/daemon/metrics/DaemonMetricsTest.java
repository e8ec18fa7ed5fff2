package org.jclone.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jclone.daemon.api.RunEvent.Kind;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.rest.ScriptedDaemon;
import org.jclone.metrics.JcloneMetrics;
import org.jclone.metrics.MetricsFile;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DamagedException;
import org.jclone.recipient.api.StageProgress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonMetricsTest {

    private static final Path DOCUMENTS = Path.of("../docs/monitoring");
    private static final Pattern NAME = Pattern.compile("jclone_[a-z_]+");
    private static final InstantSource CLOCK = InstantSource.fixed(ScriptedDaemon.NOW);

    @TempDir
    private Path folder;

    private final ScriptedDaemon daemon = new ScriptedDaemon();

    @Test
    void countsWhatHappensAndLooksAtTheRest() throws Exception {
        try (DaemonMetrics metrics = new DaemonMetrics(daemon, CLOCK)) {
            daemon.happens(Kind.STARTED, "began", Map.of());
            daemon.happens(Kind.CONNECTED, "connected", Map.of("donor", "db1:3306"));
            daemon.progresses(1000);
            daemon.progresses(5000);
            daemon.happens(
                    Kind.RECONNECTING,
                    "lost",
                    Map.of("deadline", ScriptedDaemon.NOW.plusSeconds(90).toString()));
            assertThat(metrics.text())
                    .contains(
                            "jclone_run_step{step=\"clone\",target=\"db\"} 1.0\n",
                            "jclone_queue_length 0.0\n",
                            "jclone_clone_bytes_total{direction=\"written\",stage=\"file_copy\",target=\"db\"} 5000.0\n",
                            "jclone_clone_bytes_total{direction=\"received\",stage=\"file_copy\",target=\"db\"} 5100.0\n",
                            "jclone_connections{target=\"db\"} 4.0\n",
                            "jclone_seconds_since_progress{target=\"db\"} 0.02\n",
                            "jclone_snapshot_deadline_seconds{target=\"db\"} 90.0\n",
                            "jclone_throttle_limit_bytes_per_second{direction=\"written\"} 1.048576E8\n",
                            "jclone_target_free_bytes{target=\"db\"}",
                            "jclone_runs_total{result=\"failed\",target=\"db\"} 0.0\n");
            daemon.happens(Kind.RECONNECTED, "back", Map.of());
            daemon.happens(Kind.STEP_DONE, "done", Map.of("seconds", "12.5"));
            daemon.ends(State.SUCCEEDED, Optional.empty());
            assertThat(metrics.text())
                    .contains(
                            "jclone_donor_attempts_total{donor=\"db1:3306\",result=\"succeeded\"} 1.0\n",
                            "jclone_step_duration_seconds_bucket{step=\"clone\",target=\"db\",le=\"60.0\"} 1\n",
                            "jclone_runs_total{result=\"succeeded\",target=\"db\"} 1.0\n",
                            "jclone_reconnects_total{target=\"db\"} 1.0\n",
                            "jclone_last_success_timestamp_seconds{target=\"db\"}")
                    .doesNotContain("jclone_run_step{", "jclone_connections{", "jclone_snapshot_deadline_seconds{");
        }
        assertThat(daemon.subscribers()).isZero();
    }

    @Test
    void countsOneAttemptForADonorThatFailsWithItsRun() throws Exception {
        try (DaemonMetrics metrics = new DaemonMetrics(daemon, CLOCK)) {
            daemon.happens(Kind.DONOR_CHOSEN, "chosen", Map.of("donor", "db1:3306"));
            daemon.happens(Kind.DONOR_FAILED, "failed", Map.of("donor", "db1:3306", "code", "DONOR_BUSY"));
            daemon.happens(Kind.ENDED, "over", Map.of("state", "FAILED", "code", "DONOR_BUSY"));
            assertThat(metrics.text())
                    .contains(
                            "jclone_donor_attempts_total{donor=\"db1:3306\",result=\"donor_busy\"} 1.0\n",
                            "jclone_donor_usable{donor=\"db1:3306\"} 0.0\n",
                            "jclone_runs_total{result=\"failed\",target=\"db\"} 1.0\n");
        }
    }

    @Test
    void takesDamageErrantTransactionsAndLagFromTheRun() throws Exception {
        try (DaemonMetrics metrics = new DaemonMetrics(daemon, CLOCK)) {
            assertThat(metrics.text())
                    .contains(
                            "jclone_verify_damaged_pages_total{target=\"db\"} 0.0\n",
                            "jclone_replication_lag_seconds{target=\"db\"} 7.0\n")
                    .doesNotContain("jclone_errant_transactions{");
            daemon.happens(Kind.NOTE, "compared", Map.of("errant_transactions", "3"));
            daemon.happens(Kind.WARNING, "damaged", Map.of("damaged_pages", "2"));
            daemon.happens(Kind.WARNING, "damaged", Map.of("damaged_pages", "5"));
            assertThat(metrics.text())
                    .contains(
                            "jclone_verify_damaged_pages_total{target=\"db\"} 7.0\n",
                            "jclone_errant_transactions{target=\"db\"} 3.0\n");
        }
    }

    /** Names that alert rules and dashboards of others rely on: none may go, or get another name. */
    @Test
    void hasEveryMetricThatWasPromised() {
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "jclone_runs_total",
                        "jclone_run_step",
                        "jclone_step_duration_seconds",
                        "jclone_queue_length",
                        "jclone_last_success_timestamp_seconds",
                        "jclone_clone_bytes_total",
                        "jclone_clone_estimated_bytes",
                        "jclone_connections",
                        "jclone_seconds_since_progress",
                        "jclone_reconnects_total",
                        "jclone_snapshot_deadline_seconds",
                        "jclone_throttle_limit_bytes_per_second",
                        "jclone_donor_attempts_total",
                        "jclone_donor_usable",
                        "jclone_verify_damaged_pages_total",
                        "jclone_replication_lag_seconds",
                        "jclone_missing_transactions",
                        "jclone_errant_transactions",
                        "jclone_target_free_bytes");
    }

    private static Set<String> names() {
        return all().lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ")[2])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The table, the alert rules and the dashboard know the same names as the program. */
    @Test
    void theDocumentsNameTheMetricsThatThereAre() throws Exception {
        Set<String> names = names();
        Set<String> documented = Files.readString(DOCUMENTS.resolve("README.md"))
                .lines()
                .filter(line -> line.startsWith("| `jclone_"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(names);
        for (String file : List.of("alerts.yml", "alerts-test.yml", "dashboard.json")) {
            Matcher used = NAME.matcher(Files.readString(DOCUMENTS.resolve(file)));
            assertThat(used.results().map(found -> found.group().replaceFirst("_bucket$", "")))
                    .describedAs(file)
                    .isNotEmpty()
                    .isSubsetOf(names);
        }
    }

    private static String all() {
        JcloneMetrics metrics = new JcloneMetrics(CLOCK);
        metrics.target("db");
        metrics.queueLength(1);
        metrics.limits(BandwidthLimits.NONE);
        metrics.freeBytes("db", 1);
        metrics.runEnded("db", "succeeded", ScriptedDaemon.NOW);
        metrics.stepBegan("db", Step.CLONE);
        metrics.stepDone("db", Step.PREPARE, 1);
        metrics.progress("db", progress(10));
        metrics.sinceProgress("db", Duration.ZERO);
        metrics.reconnecting("db", ScriptedDaemon.NOW);
        metrics.donorAttempt("db1:3306", "succeeded");
        metrics.missingTransactions("db", 3);
        metrics.replicationLag("db", Duration.ofSeconds(2));
        metrics.errantTransactions("db", 1);
        return metrics.text();
    }

    private static CloneProgress progress(long bytes) {
        List<StageProgress> stages = new ArrayList<>();
        for (CloneStage stage : CloneStage.values()) {
            stages.add(
                    stage == CloneStage.FILE_COPY
                            ? new StageProgress(
                                    stage,
                                    StageProgress.State.IN_PROGRESS,
                                    1,
                                    Optional.empty(),
                                    Optional.empty(),
                                    100,
                                    bytes,
                                    bytes)
                            : StageProgress.notStarted(stage));
        }
        return new CloneProgress(stages, Optional.of(CloneStage.FILE_COPY), 1, 0, 0, Optional.empty());
    }

    @Test
    void writesTheMetricsOfOneRunToAFile() throws Exception {
        Path file = folder.resolve("jclone.prom");
        List<String> warnings = new ArrayList<>();
        MetricsFile metrics = new MetricsFile(file, Path.of("/data"), CLOCK, warnings::add);
        metrics.onProvision(new ProvisionEvent.StepBegan(Step.CLONE, false));
        assertThat(file).content().contains("jclone_run_step{step=\"clone\",target=\"/data\"} 1.0");
        metrics.onProgress(progress(42));
        metrics.onEvent(new CloneEvent.Reconnecting("lost", 1, Instant.MAX));
        metrics.onEvent(new CloneEvent.Warning("damaged", "", 3));
        metrics.onProvision(new ProvisionEvent.Compared(Step.PREPARE, 9, 2));
        metrics.ended(Optional.of(new DamagedException(CloneErrorCode.DISK_FULL, "damaged", "", 4)));
        assertThat(file)
                .content()
                .contains(
                        "direction=\"written\",stage=\"file_copy\",target=\"/data\"} 42.0",
                        "jclone_runs_total{result=\"failed\",target=\"/data\"} 1.0",
                        "jclone_verify_damaged_pages_total{target=\"/data\"} 7.0",
                        "jclone_errant_transactions{target=\"/data\"} 2.0",
                        "jclone_reconnects_total{target=\"/data\"} 1.0");
        assertThat(folder).isDirectoryContaining("glob:**.prom").isDirectoryNotContaining("glob:**.part");
        assertThat(warnings).isEmpty();

        MetricsFile nowhere = new MetricsFile(folder.resolve("none/x.prom"), Path.of("/data"), CLOCK, warnings::add);
        nowhere.ended(Optional.empty());
        nowhere.onProgress(progress(1));
        assertThat(warnings).singleElement().asString().contains("cannot write the metrics", "none/x.prom");
    }
}

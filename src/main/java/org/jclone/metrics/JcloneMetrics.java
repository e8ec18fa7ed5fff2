package org.jclone.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.StageProgress;

/** All metrics, with their names. {@code docs/monitoring} describes them. Thread-safe. */
public final class JcloneMetrics {

    private static final double[] STEP_SECONDS = {1, 10, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final InstantSource clock;

    private final Counter runs = Counter.builder()
            .name("jclone_runs")
            .help("Runs that have ended, by their result.")
            .labelNames("target", "result")
            .register(registry);
    private final Gauge step = Gauge.builder()
            .name("jclone_run_step")
            .help("1 for the step that the run of a target is in.")
            .labelNames("target", "step")
            .register(registry);
    private final Histogram stepSeconds = Histogram.builder()
            .name("jclone_step_duration_seconds")
            .help("How long completed steps took.")
            .unit(Unit.SECONDS)
            .classicOnly()
            .classicUpperBounds(STEP_SECONDS)
            .labelNames("target", "step")
            .register(registry);
    private final Gauge queue = Gauge.builder()
            .name("jclone_queue_length")
            .help("Runs that wait for their turn.")
            .register(registry);
    private final Gauge lastSuccess = Gauge.builder()
            .name("jclone_last_success_timestamp_seconds")
            .help("When the last successful run of a target ended.")
            .unit(Unit.SECONDS)
            .labelNames("target")
            .register(registry);
    private final Counter bytes = Counter.builder()
            .name("jclone_clone_bytes")
            .help("Bytes of clones: received from the network, and written as contents of files.")
            .unit(Unit.BYTES)
            .labelNames("target", "stage", "direction")
            .register(registry);
    private final Gauge estimated = Gauge.builder()
            .name("jclone_clone_estimated_bytes")
            .help("What the donor announced for the stage that is in progress.")
            .unit(Unit.BYTES)
            .labelNames("target")
            .register(registry);
    private final Gauge connections = Gauge.builder()
            .name("jclone_connections")
            .help("Data connections of a clone.")
            .labelNames("target")
            .register(registry);
    private final Gauge sinceProgress = Gauge.builder()
            .name("jclone_seconds_since_progress")
            .help("Time since bytes arrived, transactions were applied, or a step began, in seconds.")
            .labelNames("target")
            .register(registry);
    private final Counter reconnects = Counter.builder()
            .name("jclone_reconnects")
            .help("Times that a clone lost its donor and tried to connect again.")
            .labelNames("target")
            .register(registry);
    private final Gauge deadline = Gauge.builder()
            .name("jclone_snapshot_deadline_seconds")
            .help("Time until the donor drops the snapshot of a clone that has lost it.")
            .unit(Unit.SECONDS)
            .labelNames("target")
            .register(registry);
    private final Gauge limit = Gauge.builder()
            .name("jclone_throttle_limit_bytes_per_second")
            .help("Limit of each run, by what it limits; 0 is no limit.")
            .labelNames("direction")
            .register(registry);
    private final Counter attempts = Counter.builder()
            .name("jclone_donor_attempts")
            .help("Attempts to clone a donor, by their result.")
            .labelNames("donor", "result")
            .register(registry);
    private final Gauge usable = Gauge.builder()
            .name("jclone_donor_usable")
            .help("1 if the last attempt to clone the donor has begun or succeeded, 0 if it failed.")
            .labelNames("donor")
            .register(registry);
    private final Gauge missing = Gauge.builder()
            .name("jclone_missing_transactions")
            .help("Transactions of the source that a new server lacks while it catches up.")
            .labelNames("target")
            .register(registry);
    private final Counter damaged = Counter.builder()
            .name("jclone_verify_damaged_pages")
            .help("Damaged pages that the checks of clones have found.")
            .labelNames("target")
            .register(registry);
    private final Gauge lag = Gauge.builder()
            .name("jclone_replication_lag_seconds")
            .help("How far a new server is behind its source while it catches up.")
            .unit(Unit.SECONDS)
            .labelNames("target")
            .register(registry);
    private final Gauge errant = Gauge.builder()
            .name("jclone_errant_transactions")
            .help("Transactions that only a target had when it was last compared with its source.")
            .labelNames("target")
            .register(registry);
    private final Gauge free = Gauge.builder()
            .name("jclone_target_free_bytes")
            .help("Free space in the file system of a target's data directory.")
            .unit(Unit.BYTES)
            .labelNames("target")
            .register(registry);

    private final Map<String, Long> counted = new HashMap<>();
    private final Map<String, Instant> deadlines = new HashMap<>();

    public JcloneMetrics(InstantSource clock) {
        this.clock = clock;
    }

    /** Makes the series of a target exist before its first run. */
    public void target(String target) {
        reconnects.initLabelValues(target);
        damaged.initLabelValues(target);
        runs.initLabelValues(target, "succeeded");
        runs.initLabelValues(target, "failed");
    }

    public void queueLength(long length) {
        queue.set((double) length);
    }

    public void limits(BandwidthLimits limits) {
        limit.labelValues("written").set(mib(limits.dataMiBPerSecond()));
        limit.labelValues("received").set(mib(limits.networkMiBPerSecond()));
    }

    private static double mib(long count) {
        return count * 1048576.0;
    }

    public void freeBytes(String target, long bytesFree) {
        free.labelValues(target).set((double) bytesFree);
    }

    /** A run has begun: what its stages had counted before is over. */
    public synchronized void runBegan(String target) {
        counted.keySet().removeIf(key -> key.startsWith(target + '\0'));
    }

    public void stepBegan(String target, Step begun) {
        step.removeIf(labels -> labels.get(0).equals(target));
        step.labelValues(target, name(begun)).set(1);
    }

    public void stepDone(String target, Step done, double seconds) {
        stepSeconds.labelValues(target, name(done)).observe(seconds);
    }

    private static String name(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    /** @param result such as {@code succeeded} */
    public synchronized void runEnded(String target, String result, Instant at) {
        runs.labelValues(target, result).inc();
        if (result.equals("succeeded")) {
            lastSuccess.labelValues(target).set((double) at.getEpochSecond());
        }
        step.removeIf(labels -> labels.get(0).equals(target));
        estimated.remove(target);
        connections.remove(target);
        sinceProgress.remove(target);
        missing.remove(target);
        lag.remove(target);
        deadlines.remove(target);
        deadline.remove(target);
    }

    public void lastSuccess(String target, Instant at) {
        lastSuccess.labelValues(target).set((double) at.getEpochSecond());
    }

    public synchronized void progress(String target, CloneProgress copy) {
        connections.labelValues(target).set(copy.connections());
        copy.current()
                .ifPresent(stage -> estimated.labelValues(target).set((double)
                        copy.stage(stage).estimatedBytes()));
        for (StageProgress stage : copy.stages()) {
            add(target, stage, "written", stage.dataBytes());
            add(target, stage, "received", stage.networkBytes());
        }
    }

    /** Adds what is new since the last progress. A stage that begins again counts from its beginning. */
    private void add(String target, StageProgress stage, String direction, long total) {
        String key = target + '\0' + stage.stage() + '\0' + direction;
        long before = counted.getOrDefault(key, 0L);
        long more = total >= before ? total - before : total;
        counted.put(key, total);
        if (more > 0) {
            bytes.labelValues(target, name(stage.stage()), direction).inc((double) more);
        }
    }

    public void sinceProgress(String target, Duration time) {
        sinceProgress.labelValues(target).set(time.toMillis() / 1000.0);
    }

    public void missingTransactions(String target, long count) {
        missing.labelValues(target).set((double) count);
    }

    public void replicationLag(String target, Duration behind) {
        lag.labelValues(target).set(behind.toMillis() / 1000.0);
    }

    public void errantTransactions(String target, long count) {
        errant.labelValues(target).set((double) count);
    }

    public void damagedPages(String target, long count) {
        damaged.labelValues(target).inc((double) count);
    }

    public synchronized void reconnecting(String target, Instant until) {
        reconnects.labelValues(target).inc();
        deadlines.put(target, until);
    }

    public synchronized void reconnected(String target) {
        deadlines.remove(target);
        deadline.remove(target);
    }

    /** @param result {@code succeeded}, or an error code in lower case */
    public void donorAttempt(String donor, String result) {
        attempts.labelValues(donor, result).inc();
        usable.labelValues(donor).set(result.equals("succeeded") ? 1 : 0);
    }

    public void donorChosen(String donor) {
        usable.labelValues(donor).set(1);
    }

    /** Returns all metrics in the text format. */
    public synchronized String text() {
        Instant now = clock.instant();
        deadlines.forEach((target, until) -> deadline.labelValues(target)
                .set((double) Math.max(0, Duration.between(now, until).toSeconds())));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // not into memory
        }
        return out.toString(UTF_8);
    }
}

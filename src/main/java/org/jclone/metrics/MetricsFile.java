package org.jclone.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.DamagedException;
import org.jclone.recipient.api.FileReason;

/**
 * Writes the metrics of one run to a file, for node-exporter's textfile collector: every few seconds, and at the end. The
 * file is written under another name and renamed, so that no reader sees a part of it.
 */
public final class MetricsFile implements ProvisionListener {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Path file;
    private final String target;
    private final InstantSource clock;
    private final Consumer<String> warnings;
    private final JcloneMetrics metrics;
    private Instant next;
    private boolean warned;

    /** @param target the data directory */
    public MetricsFile(Path file, Path target, InstantSource clock, Consumer<String> warnings) {
        this.file = file.toAbsolutePath();
        this.target = target.toString();
        this.clock = clock;
        this.warnings = warnings;
        this.metrics = new JcloneMetrics(clock);
        this.next = clock.instant();
        metrics.target(this.target);
    }

    @Override
    public void onProvision(ProvisionEvent event) {
        if (event instanceof ProvisionEvent.StepBegan begun) {
            metrics.stepBegan(target, begun.step());
        } else if (event instanceof ProvisionEvent.StepDone done) {
            metrics.stepDone(target, done.step(), done.elapsed().toMillis() / 1000.0);
        } else if (event instanceof ProvisionEvent.CatchingUp behind) {
            metrics.sinceProgress(target, behind.sinceProgress());
            if (behind.missing() >= 0) {
                metrics.missingTransactions(target, behind.missing());
            }
            behind.lag().ifPresent(lag -> metrics.replicationLag(target, lag));
        } else if (event instanceof ProvisionEvent.Compared compared) {
            metrics.errantTransactions(target, compared.errant());
        }
        writeIfDue();
    }

    @Override
    public void onEvent(CloneEvent event) {
        if (event instanceof CloneEvent.Reconnecting lost) {
            metrics.reconnecting(target, lost.deadline());
        } else if (event instanceof CloneEvent.Reconnected) {
            metrics.reconnected(target);
        } else if (event instanceof CloneEvent.Warning warning && warning.damagedPages() > 0) {
            metrics.damagedPages(target, warning.damagedPages());
        }
    }

    @Override
    public void onProgress(CloneProgress progress) {
        metrics.progress(target, progress);
        writeIfDue();
    }

    /** @param failure empty if the run succeeded */
    public void ended(Optional<CloneException> failure) {
        boolean stopped = failure.map(CloneException::code)
                .filter(CloneErrorCode.ABORTED::equals)
                .isPresent();
        failure.map(e -> e instanceof ProvisionException ? e.getCause() : e)
                .filter(DamagedException.class::isInstance)
                .ifPresent(e -> metrics.damagedPages(target, ((DamagedException) e).pages()));
        metrics.runEnded(target, failure.isEmpty() ? "succeeded" : stopped ? "suspended" : "failed", clock.instant());
        write();
    }

    private synchronized void writeIfDue() {
        Instant now = clock.instant();
        if (!now.isBefore(next)) {
            next = now.plus(INTERVAL);
            write();
        }
    }

    private synchronized void write() {
        // node-exporter reads names that end with .prom only.
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.writeString(part, metrics.text());
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            if (!warned) {
                warned = true;
                warnings.accept("warning: cannot write the metrics to " + file + ": " + FileReason.of(e));
            }
        }
    }
}

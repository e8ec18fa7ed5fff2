package org.jclone.daemon.metrics;

import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunProgress;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunSubscriber;
import org.jclone.daemon.api.Subscription;
import org.jclone.daemon.api.TargetStatus;
import org.jclone.metrics.JcloneMetrics;
import org.jclone.provision.api.Step;

/** Counts the events of all runs since the daemon's start, and reads other figures on request. */
public final class DaemonMetrics implements AutoCloseable {

    private final DaemonService service;
    private final JcloneMetrics metrics;
    private final Map<String, String> targets = new ConcurrentHashMap<>();
    private final Map<String, String> donors = new ConcurrentHashMap<>();
    private Subscription subscription;
    private boolean lost;

    public DaemonMetrics(DaemonService service, InstantSource clock) throws DaemonException {
        this.service = service;
        this.metrics = new JcloneMetrics(clock);
        subscribe();
    }

    private synchronized void subscribe() throws DaemonException {
        lost = false;
        subscription = service.subscribe(Optional.empty(), Optional.empty(), new RunSubscriber() {
            @Override
            public void onEvent(RunEvent event) {
                count(event);
            }

            @Override
            public void onProgress(RunProgress progress) {
                Optional.ofNullable(targets.get(progress.run())).ifPresent(target -> count(target, progress));
            }

            @Override
            public void onClosed(Reason reason) {
                setLost();
            }
        });
    }

    private synchronized void setLost() {
        lost = true;
    }

    private void count(RunEvent event) {
        if (event.target().isPresent()) {
            String about = event.target().get();
            number(event, "errant_transactions").ifPresent(count -> metrics.errantTransactions(about, count));
            number(event, "damaged_pages").ifPresent(count -> metrics.damagedPages(about, count));
        }
        if (event.run().isEmpty() || event.target().isEmpty()) {
            return;
        }
        String run = event.run().get();
        String target = event.target().get();
        targets.put(run, target);
        Map<String, String> details = event.details();
        switch (event.kind()) {
            case STARTED -> metrics.runBegan(target);
            case STEP_BEGAN -> event.step().ifPresent(step -> metrics.stepBegan(target, step));
            case STEP_DONE -> {
                event.step().ifPresent(step -> metrics.stepDone(target, step, seconds(details)));
                if (event.step().filter(Step.CLONE::equals).isPresent()) {
                    attemptEnded(run, "succeeded");
                }
            }
            case CONNECTED, DONOR_CHOSEN ->
                Optional.ofNullable(details.get("donor")).ifPresent(donor -> {
                    donors.put(run, donor);
                    metrics.donorChosen(donor);
                });
            case DONOR_FAILED -> {
                Optional.ofNullable(details.get("donor")).ifPresent(donor -> donors.put(run, donor));
                attemptEnded(run, details.getOrDefault("code", "failed").toLowerCase(Locale.ROOT));
            }
            case RECONNECTING -> metrics.reconnecting(target, deadline(details, event.at()));
            case RECONNECTED -> metrics.reconnected(target);
            case ENDED -> {
                if (event.step().filter(Step.CLONE::equals).isPresent() && details.containsKey("code")) {
                    attemptEnded(run, details.get("code").toLowerCase(Locale.ROOT));
                }
                String state = details.getOrDefault("state", "unknown").toLowerCase(Locale.ROOT);
                metrics.runEnded(target, state, event.at());
                targets.remove(run);
                donors.remove(run);
            }
            default -> {} // not counted
        }
    }

    private static Optional<Long> number(RunEvent event, String detail) {
        try {
            return Optional.ofNullable(event.details().get(detail)).map(Long::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Counts an attempt once, although its failure may be reported for the donor and for the run. */
    private void attemptEnded(String run, String result) {
        Optional.ofNullable(donors.remove(run)).ifPresent(donor -> metrics.donorAttempt(donor, result));
    }

    private static double seconds(Map<String, String> details) {
        try {
            return Double.parseDouble(details.getOrDefault("seconds", "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Instant deadline(Map<String, String> details, Instant otherwise) {
        try {
            return Optional.ofNullable(details.get("deadline"))
                    .map(Instant::parse)
                    .orElse(otherwise);
        } catch (DateTimeParseException e) {
            return otherwise;
        }
    }

    private void count(String target, RunProgress progress) {
        progress.copy().ifPresent(copy -> metrics.progress(target, copy));
    }

    /** Returns all metrics in the text format of Prometheus. */
    public String text() {
        refresh();
        return metrics.text();
    }

    private void refresh() {
        subscribeAgain();
        metrics.queueLength(service.status().queued());
        metrics.limits(service.throttle().limits());
        for (TargetStatus target : service.targets()) {
            metrics.target(target.name());
            target.freeBytes().ifPresent(bytes -> metrics.freeBytes(target.name(), bytes));
            target.lastRun()
                    .filter(run -> run.state() == RunStatus.State.SUCCEEDED)
                    .flatMap(RunStatus::endedAt)
                    .ifPresent(at -> metrics.lastSuccess(target.name(), at));
        }
        for (RunStatus run : service.active()) {
            run.progress().ifPresent(progress -> {
                metrics.stepBegan(run.target(), progress.step());
                metrics.sinceProgress(run.target(), progress.sinceProgress());
                progress.missingTransactions().ifPresent(count -> metrics.missingTransactions(run.target(), count));
                progress.replicationLag().ifPresent(lag -> metrics.replicationLag(run.target(), lag));
            });
        }
    }

    /**
     * Subscribes again if the daemon dropped this subscriber, as after a stall of the machine. Events are then missing.
     */
    private synchronized void subscribeAgain() {
        if (lost) {
            subscription.close();
            try {
                subscribe();
            } catch (DaemonException e) {
                lost = true;
            }
        }
    }

    @Override
    public synchronized void close() {
        subscription.close();
    }
}

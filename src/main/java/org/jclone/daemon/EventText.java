package org.jclone.daemon;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jclone.daemon.api.RunEvent.Kind;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.Step;
import org.jclone.provision.donor.DonorEvent;
import org.jclone.provision.donor.FailureClass;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.DamagedException;
import org.jclone.recipient.api.StageProgress;

/**
 * What an event of the engine is for callers: its kind, one sentence, and values by name.
 *
 * @param step of the event; empty for that of the run
 */
record EventText(Kind kind, Optional<Step> step, String text, Map<String, String> details) {

    /** The detail that counts transactions that only a target has. */
    static final String ERRANT_TRANSACTIONS = "errant_transactions";

    /** The detail that counts damaged pages. */
    private static final String DAMAGED_PAGES = "damaged_pages";

    /** @param details names and values, in turn */
    static EventText of(Kind kind, String text, String... details) {
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 0; i < details.length; i += 2) {
            named.put(details[i], details[i + 1]);
        }
        return new EventText(kind, Optional.empty(), text, named);
    }

    private EventText in(Step place) {
        return new EventText(kind, Optional.of(place), text, details);
    }

    static final ProvisionEvent.Handler<Optional<EventText>> PROVISION = new ProvisionEvent.Handler<>() {

        @Override
        public Optional<EventText> onStepBegan(ProvisionEvent.StepBegan event) {
            String text = event.step().displayName() + (event.repeated() ? " begins again" : " begins");
            return Optional.of(of(Kind.STEP_BEGAN, text).in(event.step()));
        }

        @Override
        public Optional<EventText> onStepDone(ProvisionEvent.StepDone event) {
            String seconds = seconds(event.elapsed().toMillis());
            return Optional.of(of(
                            Kind.STEP_DONE,
                            event.step().displayName() + " is done, in " + seconds + " s",
                            "seconds",
                            seconds)
                    .in(event.step()));
        }

        @Override
        public Optional<EventText> onDecided(ProvisionEvent.Decided event) {
            StringJoiner because = new StringJoiner(", ", " (", ")").setEmptyValue("");
            Map<String, String> details = new LinkedHashMap<>();
            details.put("what", event.what());
            details.put("outcome", event.outcome());
            event.inputs().forEach((name, value) -> {
                because.add(name + ": " + value);
                details.put("input." + name, value);
            });
            String text = event.what() + ": " + event.outcome() + because;
            return Optional.of(new EventText(Kind.DECIDED, Optional.of(event.step()), text, details));
        }

        @Override
        public Optional<EventText> onNote(ProvisionEvent.Note event) {
            return Optional.of(of(Kind.NOTE, event.text()).in(event.step()));
        }

        @Override
        public Optional<EventText> onWarning(ProvisionEvent.Warning event) {
            return Optional.of(
                    of(Kind.WARNING, event.text(), "hint", event.hint()).in(event.step()));
        }

        @Override
        public Optional<EventText> onChannelFound(ProvisionEvent.ChannelFound event) {
            String fate = event.channel().fate().name().toLowerCase(Locale.ROOT);
            return Optional.of(of(
                            Kind.NOTE,
                            "channel of the donor, " + fate + ": "
                                    + event.channel().describe(),
                            "channel",
                            event.channel().name(),
                            "fate",
                            fate)
                    .in(event.step()));
        }

        @Override
        public Optional<EventText> onCatchingUp(ProvisionEvent.CatchingUp event) {
            return Optional.empty(); // it is progress
        }

        @Override
        public Optional<EventText> onCompared(ProvisionEvent.Compared event) {
            return Optional.of(of(
                            Kind.NOTE,
                            "the target lacks " + event.missing() + " transactions of the source, and has "
                                    + event.errant() + " that the source lacks",
                            "missing_transactions",
                            Long.toString(event.missing()),
                            ERRANT_TRANSACTIONS,
                            Long.toString(event.errant()))
                    .in(event.step()));
        }

        @Override
        public Optional<EventText> onFindings(ProvisionEvent.Findings event) {
            return Optional.empty(); // one event for each
        }
    };

    static EventText finding(String problem) {
        return of(Kind.FINDING, problem).in(Step.PREPARE);
    }

    static final CloneEvent.Handler<EventText> COPY = new CloneEvent.Handler<>() {

        @Override
        public EventText onCompressionDecided(CloneEvent.CompressionDecided event) {
            return of(
                    Kind.COPY,
                    event.compresses() ? "the copy is compressed" : "the copy is not compressed",
                    "algorithm",
                    event.algorithm());
        }

        @Override
        public EventText onCompressionChosen(CloneEvent.CompressionChosen event) {
            return of(
                    Kind.COPY,
                    event.compresses()
                            ? "further connections are compressed"
                            : "further connections are not compressed",
                    "algorithm",
                    event.algorithm());
        }

        @Override
        public EventText onConnected(CloneEvent.Connected event) {
            return of(
                    Kind.CONNECTED,
                    "connected to " + event.donor() + ", MySQL " + event.serverVersion() + ", " + event.transport(),
                    "donor",
                    event.donor().toString(),
                    "version",
                    event.serverVersion(),
                    "transport",
                    event.transport());
        }

        @Override
        public EventText onSnapshotOpened(CloneEvent.SnapshotOpened event) {
            return of(
                    Kind.SNAPSHOT,
                    "the donor made its snapshot: " + event.files() + " files, " + event.estimatedBytes()
                            + " bytes to copy",
                    "files",
                    Long.toString(event.files()),
                    "estimated_bytes",
                    Long.toString(event.estimatedBytes()),
                    "estimated_disk_bytes",
                    Long.toString(event.estimatedDiskBytes()));
        }

        @Override
        public EventText onStageStarted(CloneEvent.StageStarted event) {
            String stage = event.stage().stage().displayName();
            return of(Kind.STAGE_BEGAN, stage + " begins", "stage", stage);
        }

        @Override
        public EventText onStageCompleted(CloneEvent.StageCompleted event) {
            StageProgress stage = event.stage();
            String seconds = seconds(stage.begin()
                    .flatMap(begin -> stage.end().map(end -> java.time.Duration.between(begin, end)))
                    .map(java.time.Duration::toMillis)
                    .orElse(0L));
            return of(
                    Kind.STAGE_DONE,
                    stage.stage().displayName() + " is complete: " + stage.dataBytes() + " bytes in " + seconds + " s",
                    "stage",
                    stage.stage().displayName(),
                    "bytes",
                    Long.toString(stage.dataBytes()),
                    "network_bytes",
                    Long.toString(stage.networkBytes()),
                    "seconds",
                    seconds);
        }

        @Override
        public EventText onReconnecting(CloneEvent.Reconnecting event) {
            return of(
                    Kind.RECONNECTING,
                    "connection lost: " + event.reason(),
                    "attempt",
                    Integer.toString(event.attempt()),
                    "deadline",
                    event.deadline().toString());
        }

        @Override
        public EventText onReconnected(CloneEvent.Reconnected event) {
            String seconds = seconds(event.elapsed().toMillis());
            return of(
                    Kind.RECONNECTED,
                    "reconnected after " + seconds + " s",
                    "attempts",
                    Integer.toString(event.attempts()),
                    "seconds",
                    seconds);
        }

        @Override
        public EventText onRetrying(CloneEvent.Retrying event) {
            return of(
                    Kind.COPY,
                    event.reason() + "; retry " + event.retry() + " of " + event.retries() + " in "
                            + event.delay().toSeconds() + " s");
        }

        @Override
        public EventText onConnectionsChanged(CloneEvent.ConnectionsChanged event) {
            return of(
                    Kind.CONNECTIONS,
                    event.connections() + " data connections: " + event.reason(),
                    "connections",
                    Integer.toString(event.connections()));
        }

        @Override
        public EventText onFileChanged(CloneEvent.FileChanged event) {
            return of(Kind.COPY, "DDL on the donor: " + event.file() + ", " + event.change(), "file", event.file());
        }

        @Override
        public EventText onTablespaceRelocated(CloneEvent.TablespaceRelocated event) {
            return of(Kind.COPY, "the donor's " + event.donorPath() + " is placed at " + event.path());
        }

        @Override
        public EventText onWarning(CloneEvent.Warning event) {
            EventText warning = of(Kind.WARNING, event.text(), "hint", event.hint());
            return event.damagedPages() == 0 ? warning : warning.withDamage(event.damagedPages());
        }
    };

    static final DonorEvent.Handler<EventText> DONORS = new DonorEvent.Handler<>() {

        @Override
        public EventText onSearched(DonorEvent.Searched event) {
            long suitable = event.table().donors().stream()
                    .filter(donor -> donor.isSuitable())
                    .count();
            int candidates = event.table().donors().size();
            return of(
                    Kind.DONORS_RATED,
                    suitable + " of " + candidates + " candidates can be cloned",
                    "round",
                    Integer.toString(event.round()),
                    "suitable",
                    Long.toString(suitable),
                    "candidates",
                    Integer.toString(candidates));
        }

        @Override
        public EventText onChosen(DonorEvent.Chosen event) {
            return of(
                    Kind.DONOR_CHOSEN,
                    "cloning " + event.donor().address() + ": " + event.why(),
                    "donor",
                    event.donor().address().toString(),
                    "score",
                    Integer.toString(event.donor().score()));
        }

        @Override
        public EventText onFailed(DonorEvent.Failed event) {
            return of(
                    Kind.DONOR_FAILED,
                    event.donor() + " failed: " + event.failure().getMessage(),
                    "donor",
                    event.donor().toString(),
                    "code",
                    event.failure().code().name(),
                    "then",
                    then(event.then()));
        }

        @Override
        public EventText onWaiting(DonorEvent.Waiting event) {
            return of(
                    Kind.DONORS_AWAITED,
                    "waiting for a donor, " + event.waited().toSeconds() + " s of "
                            + event.limit().toSeconds() + " s");
        }

        @Override
        public EventText onRoundEnded(DonorEvent.RoundEnded event) {
            return of(
                    Kind.DONORS_AWAITED,
                    "round " + event.round() + " of " + event.rounds() + " is over, the next one begins in "
                            + event.pause().toSeconds() + " s");
        }
    };

    private EventText withDamage(long pages) {
        Map<String, String> more = new LinkedHashMap<>(details);
        more.put(DAMAGED_PAGES, Long.toString(pages));
        return new EventText(kind, step, text, more);
    }

    static EventText damaged(DamagedException failure) {
        return of(
                Kind.WARNING,
                failure.pages() + (failure.pages() == 1 ? " page is damaged" : " pages are damaged"),
                "hint",
                failure.hint(),
                DAMAGED_PAGES,
                Long.toString(failure.pages()));
    }

    /**
     * Returns the text of the last event of a run.
     *
     * @param last the state in which the run has ended
     */
    static EventText ended(State last, Optional<RunFailure> why) {
        Map<String, String> details = new LinkedHashMap<>(Map.of("state", last.name()));
        why.ifPresent(found -> {
            details.put("code", found.code().name());
            details.put("hint", found.hint());
            details.put("holds", found.holds());
        });
        String text = why.map(RunFailure::text)
                .orElse(
                        switch (last) {
                            case SUCCEEDED -> "the run is complete";
                            case SUSPENDED -> "the run is stopped, and can be continued";
                            case CANCELLED -> "the run is cancelled, and undone";
                            default -> "the run has ended";
                        });
        return new EventText(Kind.ENDED, why.flatMap(RunFailure::step), text, details);
    }

    private static String then(FailureClass failure) {
        return switch (failure) {
            case SAME_DONOR -> "resume";
            case NEXT_DONOR -> "next donor";
            case DROP_DONOR -> "not tried again";
            case GIVE_UP -> "give up";
        };
    }

    static String seconds(long millis) {
        return java.math.BigDecimal.valueOf(millis, 3).toPlainString();
    }
}

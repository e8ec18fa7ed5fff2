package org.jclone.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jclone.json.JsonObject;
import org.jclone.protocol.text.Printable;
import org.jclone.provision.WhatHolds;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.CloneStatus;

/** Where a provisioning run stands, and what to do next, as text and as JSON. */
public final class ProvisionStatusText {

    private static final int LABEL_WIDTH = 11;
    private static final int ALL = 100;
    private static final Set<String> COPIES = Set.of(
            CloneStage.FILE_COPY.displayName(), CloneStage.PAGE_COPY.displayName(), CloneStage.REDO_COPY.displayName());

    private final ProvisionRecord record;
    private final boolean running;
    private final Optional<CloneStatus> clone;

    /**
     * @param running whether a process works on it
     * @param clone the newest clone in the directory
     */
    public ProvisionStatusText(ProvisionRecord record, boolean running, Optional<CloneStatus> clone) {
        this.record = record;
        this.running = running;
        this.clone = clone.filter(found -> record.step() == Step.CLONE && record.state() != State.COMPLETE)
                .filter(found -> found.state() != CloneStatus.State.COMPLETED); // which is an earlier one
    }

    public String text(Instant now) {
        StringBuilder text = new StringBuilder("Provisioning: ");
        if (record.state() != State.COMPLETE && record.state() != State.ROLLING_BACK) {
            text.append("step ")
                    .append(record.step().ordinal() + 1)
                    .append(" of ")
                    .append(Step.values().length)
                    .append(", ");
        }
        text.append(Printable.of(record.describe()));
        text.append(", since ").append(record.written().truncatedTo(ChronoUnit.SECONDS));
        if (running) {
            text.append(", for ").append(Units.duration(Duration.between(record.written(), now)));
        } else if (record.state() != State.COMPLETE) {
            text.append("; no process works on it");
        }
        text.append('\n');
        percent().ifPresent(percent -> row(text, "Copied", percent + " %"));
        Map<String, Optional<String>> rows = new LinkedHashMap<>();
        rows.put("Donor", donor());
        rows.put("Source", record.fact(Fact.SOURCE));
        rows.put("Method", record.fact(Fact.METHOD));
        rows.put("Group", record.fact(Fact.GROUP));
        rows.put("server_id", record.fact(Fact.SERVER_ID));
        rows.put("Settings", record.fact(Fact.CONFIG_FILE));
        rows.put("Do", hint());
        rows.put("Next", holds());
        rows.forEach((label, value) -> value.ifPresent(known -> row(text, label, known)));
        return text.append('\n').toString();
    }

    private static void row(StringBuilder text, String label, String value) {
        text.append("  ")
                .append(label)
                .append(" ".repeat(LABEL_WIDTH - label.length()))
                .append(Printable.of(value))
                .append('\n');
    }

    /** Returns the object, whose members have the names and meanings that they have in the output of the run itself. */
    public JsonObject json() {
        JsonObject object = new JsonObject()
                .put("run", record.fact(Fact.RUN))
                .put("state", record.state().name().toLowerCase(Locale.ROOT))
                .put("step", record.step().name())
                .put("stepNumber", record.step().ordinal() + 1)
                .put("steps", Step.values().length)
                .put("running", running)
                .put("since", record.written().toString())
                .put("donor", donor())
                .put("source", record.fact(Fact.SOURCE));
        object.putIfKnown("byGtid", record.fact(Fact.METHOD).map("GTID"::equals))
                .put("group", record.fact(Fact.GROUP))
                .put("serverUuid", record.fact(Fact.SERVER_UUID));
        record.fact(Fact.SERVER_ID).ifPresent(id -> object.put("serverId", Long.parseLong(id)));
        object.put("gtidExecuted", record.fact(Fact.GTID_EXECUTED)).put("configFile", record.fact(Fact.CONFIG_FILE));
        percent().ifPresent(percent -> object.put("percent", percent));
        if (record.state() == State.FAILED) {
            object.put(
                    "failure",
                    new JsonObject()
                            .put("code", record.fact(Fact.FAILURE_CODE))
                            .put("message", record.fact(Fact.FAILURE))
                            .put("hint", record.fact(Fact.FAILURE_HINT)));
        }
        return object.put("holds", holds());
    }

    /** Another donor than the recorded one may be cloned in the end. */
    private Optional<String> donor() {
        return clone.map(CloneStatus::source)
                .filter(source -> !source.isEmpty())
                .or(() -> record.fact(Fact.DONOR));
    }

    private Optional<String> hint() {
        return record.state() == State.FAILED
                ? record.fact(Fact.FAILURE_HINT).filter(hint -> !hint.isEmpty())
                : Optional.empty();
    }

    /** Returns what holds now and what the next run does; empty if there is nothing to do. */
    private Optional<String> holds() {
        return running || record.state() == State.COMPLETE ? Optional.empty() : Optional.of(WhatHolds.now(record));
    }

    private OptionalInt percent() {
        List<CloneStatus.Stage> copies = clone.stream()
                .flatMap(found -> found.stages().stream())
                .filter(stage -> COPIES.contains(stage.name()))
                .toList();
        long all = copies.stream().mapToLong(CloneStatus.Stage::estimatedBytes).sum();
        long copied = copies.stream().mapToLong(CloneStatus.Stage::dataBytes).sum();
        return all == 0 ? OptionalInt.empty() : OptionalInt.of((int) Math.min(ALL, copied * ALL / all));
    }
}

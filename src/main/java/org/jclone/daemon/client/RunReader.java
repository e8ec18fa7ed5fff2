package org.jclone.daemon.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunProgress;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.StepStatus;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.StageProgress;

/** Reads runs, events and progress from the API's JSON. */
public final class RunReader {

    private RunReader() {}

    public static List<RunStatus> runs(JsonTree page) {
        return page.objects("runs").stream().map(RunReader::run).toList();
    }

    public static RunStatus run(JsonTree json) {
        return new RunStatus(
                json.text("id").orElseThrow(),
                new RunOrder(
                        json.text("target").orElseThrow(),
                        json.word("action", RunOrder.Action.class).orElseThrow(),
                        json.number("priority").orElse(0L).intValue(),
                        json.text("idempotencyKey"),
                        json.text("by").orElse("")),
                json.word("state", RunStatus.State.class).orElseThrow(),
                json.time("orderedAt").orElse(Instant.EPOCH),
                json.time("startedAt"),
                json.time("endedAt"),
                json.text("retryOf"),
                json.number("processes").orElse(0L).intValue(),
                json.number("queuePlace")
                        .map(place -> OptionalInt.of(place.intValue()))
                        .orElse(OptionalInt.empty()),
                json.word("step", Step.class),
                json.text("donor"),
                json.text("source"),
                json.object("progress").map(RunReader::progress),
                json.object("failure").map(RunReader::failure),
                json.is("resumable"));
    }

    private static RunFailure failure(JsonTree json) {
        return new RunFailure(
                json.word("code", CloneErrorCode.class).orElse(CloneErrorCode.INTERNAL),
                json.word("step", Step.class),
                json.text("text").orElse(""),
                json.text("hint").orElse(""),
                json.text("holds").orElse(""));
    }

    public static RunProgress progress(JsonTree json) {
        return new RunProgress(
                json.text("run").orElse(""),
                json.time("at").orElse(Instant.EPOCH),
                json.word("step", Step.class).orElse(Step.PREPARE),
                json.object("clone").map(RunReader::copy),
                optional(json.number("estimatedBytes")),
                optional(json.number("missingTransactions")),
                json.seconds("replicationLagSeconds"),
                json.seconds("secondsSinceProgress").orElse(Duration.ZERO),
                json.number("limitMiBPerSecond").orElse(0L));
    }

    private static OptionalLong optional(Optional<Long> number) {
        return number.isPresent() ? OptionalLong.of(number.get()) : OptionalLong.empty();
    }

    private static CloneProgress copy(JsonTree json) {
        List<StageProgress> stages = new ArrayList<>();
        for (CloneStage stage : CloneStage.values()) {
            stages.add(json.objects("stages").stream()
                    .filter(each -> each.text("stage").equals(Optional.of(stage.displayName())))
                    .findFirst()
                    .map(each -> stage(stage, each))
                    .orElse(StageProgress.notStarted(stage)));
        }
        Optional<CloneStage> current = stages.stream()
                .map(StageProgress::stage)
                .filter(stage -> json.text("stage").equals(Optional.of(stage.displayName())))
                .findFirst();
        return new CloneProgress(
                stages,
                current,
                json.number("connections").orElse(0L).intValue(),
                json.number("dataBytesPerSecond").orElse(0L),
                json.number("networkBytesPerSecond").orElse(0L),
                json.seconds("secondsLeft"));
    }

    private static StageProgress stage(CloneStage stage, JsonTree json) {
        return new StageProgress(
                stage,
                json.word("state", StageProgress.State.class).orElse(StageProgress.State.NOT_STARTED),
                json.number("connections").orElse(0L).intValue(),
                json.time("begin"),
                json.time("end"),
                json.number("estimatedBytes").orElse(0L),
                json.number("dataBytes").orElse(0L),
                json.number("networkBytes").orElse(0L));
    }

    public static RunDetail detail(JsonTree json) {
        Map<String, Long> figures = new LinkedHashMap<>();
        json.object("figures")
                .ifPresent(all -> all.texts()
                        .keySet()
                        .forEach(name -> figures.put(name, all.number(name).orElse(0L))));
        return new RunDetail(
                run(json),
                json.objects("steps").stream().map(RunReader::step).toList(),
                figures,
                json.object("versions").map(JsonTree::texts).orElse(Map.of()),
                json.texts("remarks"),
                json.object("result").map(JsonTree::texts));
    }

    private static StepStatus step(JsonTree json) {
        return new StepStatus(
                json.word("step", Step.class).orElseThrow(),
                json.time("beganAt").orElse(Instant.EPOCH),
                json.time("endedAt"),
                json.is("done"),
                json.is("repeated"));
    }

    public static List<RunEvent> events(JsonTree page) {
        return page.objects("events").stream().map(RunReader::event).toList();
    }

    public static RunEvent event(JsonTree json) {
        return new RunEvent(
                json.number("id").orElse(0L),
                json.time("at").orElse(Instant.EPOCH),
                json.text("run"),
                json.text("target"),
                json.word("kind", RunEvent.Kind.class).orElse(RunEvent.Kind.NOTE),
                json.word("step", Step.class),
                json.text("text").orElse(""),
                json.object("details").map(JsonTree::texts).orElse(Map.of()));
    }
}

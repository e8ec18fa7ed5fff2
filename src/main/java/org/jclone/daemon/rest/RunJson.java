package org.jclone.daemon.rest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunPage;
import org.jclone.daemon.api.RunProgress;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.StepStatus;
import org.jclone.json.JsonObject;
import org.jclone.json.StageJson;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneProgress;

/** Runs, their progress and their events as JSON. */
final class RunJson {

    private RunJson() {}

    static JsonObject of(RunStatus run) {
        JsonObject json = new JsonObject()
                .put("id", run.id())
                .put("target", run.target())
                .put("action", run.order().action().name())
                .put("state", run.state().name())
                .put("priority", run.order().priority())
                .put("by", run.order().by())
                .put("idempotencyKey", run.order().key())
                .put("orderedAt", run.orderedAt().toString())
                .put("startedAt", run.startedAt().map(Object::toString))
                .put("endedAt", run.endedAt().map(Object::toString))
                .put("retryOf", run.retryOf())
                .put("processes", run.processes())
                .put("step", run.step().map(Enum::name))
                .put("donor", run.donor())
                .put("source", run.source())
                .put("resumable", run.isResumable());
        run.queuePlace().ifPresent(place -> json.put("queuePlace", place));
        run.progress().ifPresent(progress -> json.put("progress", of(progress)));
        run.failure().ifPresent(failure -> json.put("failure", of(failure)));
        exitStatus(run).ifPresent(status -> json.put("exitStatus", status));
        return json;
    }

    /** Returns the exit status that {@code jclone provision} would have had; empty for a run that is not over. */
    static Optional<Integer> exitStatus(RunStatus run) {
        return switch (run.state()) {
            case QUEUED, RUNNING, STOPPING -> Optional.empty();
            case SUCCEEDED -> Optional.of(0);
            case FAILED ->
                Optional.of(run.failure()
                        .map(RunFailure::code)
                        .orElse(CloneErrorCode.INTERNAL)
                        .exitStatus());
            case SUSPENDED, CANCELLED -> Optional.of(CloneErrorCode.ABORTED.exitStatus());
        };
    }

    private static JsonObject of(RunFailure failure) {
        return new JsonObject()
                .put("code", failure.code().name())
                .put("step", failure.step().map(Enum::name))
                .put("text", failure.text())
                .put("hint", failure.hint())
                .put("holds", failure.holds());
    }

    static JsonObject of(RunProgress progress) {
        JsonObject json = new JsonObject()
                .put("run", progress.run())
                .put("at", progress.at().toString())
                .put("step", progress.step().name())
                .putMillisAsSeconds(
                        "secondsSinceProgress", progress.sinceProgress().toMillis())
                .put("limitMiBPerSecond", progress.limitMiBPerSecond());
        progress.estimatedBytes().ifPresent(bytes -> json.put("estimatedBytes", bytes));
        progress.missingTransactions().ifPresent(count -> json.put("missingTransactions", count));
        progress.replicationLag().ifPresent(lag -> json.putMillisAsSeconds("replicationLagSeconds", lag.toMillis()));
        progress.copy().ifPresent(clone -> json.put("clone", of(clone)));
        return json;
    }

    private static JsonObject of(CloneProgress clone) {
        JsonObject json = new JsonObject()
                .put("stage", clone.current().map(stage -> stage.displayName()))
                .put("connections", clone.connections())
                .put("dataBytesPerSecond", clone.dataBytesPerSecond())
                .put("networkBytesPerSecond", clone.networkBytesPerSecond());
        clone.timeLeft().ifPresent(left -> json.putMillisAsSeconds("secondsLeft", left.toMillis()));
        return json.put(
                "stages",
                clone.stages().stream()
                        .map(stage -> StageJson.put(new JsonObject(), stage))
                        .toList());
    }

    static JsonObject of(RunPage page) {
        return new JsonObject()
                .put("runs", page.runs().stream().map(RunJson::of).toList())
                .put("next", page.next());
    }

    static JsonObject of(RunDetail detail) {
        JsonObject figures = new JsonObject();
        new TreeMap<>(detail.figures()).forEach(figures::put);
        JsonObject json = of(detail.status())
                .put("steps", detail.steps().stream().map(RunJson::of).toList())
                .put("figures", figures)
                .put("versions", sorted(detail.versions()))
                .putStrings("remarks", detail.remarks());
        detail.result().ifPresent(result -> json.put("result", sorted(result)));
        return json;
    }

    private static Map<String, String> sorted(Map<String, String> values) {
        return new TreeMap<>(values);
    }

    private static JsonObject of(StepStatus step) {
        return new JsonObject()
                .put("step", step.step().name())
                .put("beganAt", step.beganAt().toString())
                .put("endedAt", step.endedAt().map(Object::toString))
                .put("done", step.isDone())
                .put("repeated", step.isRepeated());
    }

    static JsonObject of(RunEvent event) {
        return new JsonObject()
                .put("id", event.id())
                .put("at", event.at().toString())
                .put("run", event.run())
                .put("target", event.target())
                .put("kind", event.kind().name())
                .put("step", event.step().map(Enum::name))
                .put("text", event.text())
                .put("details", event.details());
    }

    static JsonObject of(List<RunEvent> events) {
        return new JsonObject().put("events", events.stream().map(RunJson::of).toList());
    }
}

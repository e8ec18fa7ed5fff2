package org.jclone.daemon.rest;

import org.jclone.daemon.api.DaemonStatus;
import org.jclone.daemon.api.ReloadReport;
import org.jclone.daemon.api.TargetStatus;
import org.jclone.daemon.api.ThrottleStatus;
import org.jclone.json.JsonObject;

/** The daemon, its targets and its limits as JSON. */
final class DaemonJson {

    private DaemonJson() {}

    static JsonObject of(DaemonStatus status) {
        JsonObject json = new JsonObject()
                .put("state", status.state().name())
                .put("version", status.version())
                .put("startedAt", status.startedAt().toString())
                .put("configuration", status.configuration().toString())
                .put("configuredAt", status.configuredAt().toString())
                .put("running", status.running())
                .put("queued", status.queued())
                .put("maxParallelRuns", status.maxParallelRuns());
        status.sinceProgress().ifPresent(time -> json.putMillisAsSeconds("secondsSinceProgress", time.toMillis()));
        return json.putStrings("warnings", status.warnings());
    }

    static JsonObject of(TargetStatus target) {
        JsonObject json = new JsonObject()
                .put("name", target.name())
                .put("directory", target.directory().toString())
                .putStrings(
                        "donors", target.donors().stream().map(Object::toString).toList())
                .put("source", target.source().map(Object::toString))
                .put("service", target.service())
                .put("kept", target.isKept())
                .put("directoryState", target.directoryState().name())
                .put("record", target.record())
                .put("directoryUnansweredSince", target.unansweredSince().map(Object::toString))
                .put("activeRun", target.activeRun())
                .put("nextAttempt", target.nextAttempt());
        target.lastRun().ifPresent(run -> json.put("lastRun", RunJson.of(run)));
        return json;
    }

    static JsonObject of(ThrottleStatus throttle) {
        return new JsonObject()
                .put("dataMiBPerSecond", throttle.limits().dataMiBPerSecond())
                .put("networkMiBPerSecond", throttle.limits().networkMiBPerSecond())
                .put("origin", throttle.origin().name())
                .put("reason", throttle.reason())
                .put("until", throttle.until().map(Object::toString));
    }

    static JsonObject of(ReloadReport report) {
        return new JsonObject()
                .put("applied", report.applied())
                .putStrings("faults", report.faults())
                .putStrings("changes", report.changes())
                .putStrings("postponed", report.postponed());
    }
}

package org.jclone.cli.output;

import java.util.List;
import org.jclone.daemon.client.JsonTree;
import org.jclone.protocol.text.Printable;

/** What the daemon's API says about itself, its targets and limits, as text. */
public final class DaemonText {

    private DaemonText() {}

    public static String status(JsonTree json) {
        StringBuilder text = new StringBuilder("jclone ")
                .append(value(json, "version"))
                .append(": ")
                .append(value(json, "state"))
                .append(", ")
                .append(value(json, "running"))
                .append(" of at most ")
                .append(value(json, "maxParallelRuns"))
                .append(" runs, ")
                .append(value(json, "queued"))
                .append(" waiting\n");
        line(text, "since", value(json, "startedAt"));
        line(text, "configuration", value(json, "configuration"));
        json.texts("warnings").forEach(warning -> line(text, "warning", Printable.of(warning)));
        return text.toString();
    }

    public static String targets(JsonTree json) {
        StringBuilder text = new StringBuilder();
        for (JsonTree target : json.objects("targets")) {
            text.append(value(target, "name"))
                    .append("  ")
                    .append(value(target, "directoryState"))
                    .append('\n');
            line(text, "directory", value(target, "directory"));
            line(text, "not read since", value(target, "directoryUnansweredSince"));
            line(text, "donors", String.join(", ", target.texts("donors")));
            line(text, "run", value(target, "activeRun"));
            target.object("lastRun")
                    .ifPresent(run -> line(text, "last run", value(run, "id") + "  " + value(run, "state")));
            line(text, "next", value(target, "nextAttempt"));
        }
        return text.toString();
    }

    public static String donors(JsonTree json) {
        StringBuilder text = new StringBuilder();
        for (JsonTree donor : json.objects("donors")) {
            String score = value(donor, "score");
            text.append(" ".repeat(Math.max(0, 5 - score.length())))
                    .append(score)
                    .append("  ")
                    .append(value(donor, "donor"))
                    .append(donor.is("suitable") ? "  suitable\n" : "  not suitable\n");
            String indent = " ".repeat(7);
            List<String> reasons = donor.texts("reasons");
            if (!reasons.isEmpty()) {
                text.append(indent)
                        .append(Printable.of(String.join(", ", reasons)))
                        .append('\n');
            }
            for (JsonTree obstacle : donor.objects("obstacles")) {
                text.append(indent).append(value(obstacle, "text")).append('\n');
                text.append(indent)
                        .append("  > ")
                        .append(value(obstacle, "remedy"))
                        .append('\n');
            }
        }
        json.texts("notes").forEach(note -> text.append(Printable.of(note)).append('\n'));
        return text.toString();
    }

    public static String throttle(JsonTree json) {
        StringBuilder text = new StringBuilder();
        line(text, "file contents", limit(json, "dataMiBPerSecond"));
        line(text, "network", limit(json, "networkMiBPerSecond"));
        line(text, "from", value(json, "origin") + ": " + value(json, "reason"));
        line(text, "until", value(json, "until"));
        return text.toString();
    }

    private static String limit(JsonTree json, String name) {
        long limit = json.number(name).orElse(0L);
        return limit == 0 ? "unlimited" : limit + " MiB/s for each run";
    }

    public static String reload(JsonTree json) {
        StringBuilder text = new StringBuilder("the configuration was read\n");
        json.texts("changes").forEach(change -> line(text, "changed", Printable.of(change)));
        json.texts("postponed").forEach(change -> line(text, "later", Printable.of(change)));
        return text.toString();
    }

    private static String value(JsonTree json, String name) {
        return Printable.of(json.text(name).orElse(""));
    }

    private static void line(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            text.append("  ").append(name).append(": ").append(value).append('\n');
        }
    }
}

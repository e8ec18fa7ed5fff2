package org.jclone.cli.output;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.jclone.json.JsonObject;
import org.jclone.protocol.text.Printable;
import org.jclone.recipient.api.CloneStatus;
import org.jclone.recipient.api.StageProgress;

/** The state of a clone, as text and as JSON. */
public final class StatusText {

    private StatusText() {}

    /** @param status empty if the directory holds no clone */
    public static String of(Path directory, Optional<CloneStatus> status, Instant now) {
        if (status.isEmpty()) {
            return "There is no clone in " + Printable.of(directory.toString()) + "\n";
        }
        CloneStatus clone = status.get();
        StringBuilder text = new StringBuilder();
        text.append(headline(clone, now)).append("\n\n");
        text.append(row(
                "stage",
                "state",
                "begin (UTC)",
                "duration",
                "threads",
                "estimate",
                "data",
                "network",
                "data speed",
                "network speed"));
        clone.stages().forEach(stage -> text.append(row(stage, now)));
        clone.live().ifPresent(live -> append(text, live, now));
        if (clone.errorNumber() != 0) {
            String message = clone.errorMessage().isEmpty() ? "" : ": " + clone.errorMessage();
            text.append("\nLast error ")
                    .append(clone.errorNumber())
                    .append(Printable.of(message))
                    .append('\n');
        }
        if (!clone.binlogFile().isEmpty()) {
            text.append("\nBinary log ")
                    .append(Printable.of(clone.binlogFile()))
                    .append(", position ")
                    .append(clone.binlogPosition())
                    .append(clone.gtidExecuted().isEmpty() ? "" : "\nGTIDs      " + Printable.of(clone.gtidExecuted()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String headline(CloneStatus clone, Instant now) {
        String what = "Clone of " + (clone.source().isEmpty() ? "?" : Printable.of(clone.source())) + " in "
                + Printable.of(clone.directory().toString());
        String since = clone.begin()
                .map(begin -> ", begun " + begin.truncatedTo(ChronoUnit.SECONDS))
                .orElse("");
        String took = clone.begin().isPresent()
                ? ", "
                        + Units.duration(Duration.between(
                                clone.begin().get(), clone.end().orElse(now)))
                : "";
        return switch (clone.state()) {
            case IN_PROGRESS -> what + " is running" + since + took + " ago";
            case COMPLETED -> what + " is complete" + since + took + " long";
            case FAILED -> what + " failed" + since + took + " long; mysqld refuses the directory";
            case INTERRUPTED ->
                what + " is unfinished" + since + "; its process has ended, or has not reported for 20 s";
        };
    }

    private static String row(CloneStatus.Stage stage, Instant now) {
        boolean running = stage.state() == StageProgress.State.IN_PROGRESS;
        String duration = stage.begin()
                .filter(begin -> running || stage.end().isPresent())
                .map(begin -> Units.duration(Duration.between(begin, stage.end().orElse(now))))
                .orElse("");
        boolean begun = stage.begin().isPresent();
        boolean timed = stage.end().isPresent();
        return row(
                stage.name(),
                state(stage.state()),
                stage.begin()
                        .map(begin -> begin.truncatedTo(ChronoUnit.SECONDS).toString())
                        .orElse(""),
                duration,
                begun ? Integer.toString(stage.threads()) : "",
                begun ? Units.bytes(stage.estimatedBytes()) : "",
                begun ? Units.bytes(stage.dataBytes()) : "",
                begun ? Units.bytes(stage.networkBytes()) : "",
                timed ? Units.bytesPerSecond(stage.dataBytesPerSecond()) : "",
                timed ? Units.bytesPerSecond(stage.networkBytesPerSecond()) : "");
    }

    private static String row(Object... columns) {
        return String.format(Locale.ROOT, "  %-10s %-11s %-20s %10s %8s %11s %11s %11s %13s %13s\n", columns)
                .replaceAll(" +\n$", "\n");
    }

    /** Returns the name that {@code performance_schema} uses. */
    private static String state(StageProgress.State state) {
        return switch (state) {
            case NOT_STARTED -> "Not Started";
            case IN_PROGRESS -> "In Progress";
            case COMPLETED -> "Completed";
            case FAILED -> "Failed";
        };
    }

    private static void append(StringBuilder text, CloneStatus.Live live, Instant now) {
        text.append("\nNow ")
                .append(Units.bytesPerSecond(live.dataBytesPerSecond()))
                .append(" of data, ")
                .append(Units.bytesPerSecond(live.networkBytesPerSecond()))
                .append(" over the network, ")
                .append(live.connections())
                .append(live.connections() == 1 ? " connection" : " connections")
                .append(live.timeLeft()
                        .map(left -> ", about " + Units.duration(left) + " left in this stage")
                        .orElse(""))
                .append("; process ")
                .append(live.pid())
                .append(", ")
                .append(Math.max(0, Duration.between(live.updated(), now).toSeconds()))
                .append(" s ago\n");
        if (!live.lastTrouble().isEmpty()) {
            text.append("Last problem: ")
                    .append(Printable.of(live.lastTrouble()))
                    .append('\n');
        }
    }

    public static JsonObject json(Path directory, Optional<CloneStatus> status) {
        JsonObject object = new JsonObject().put("type", "status");
        if (status.isEmpty()) {
            return object.put("state", "none").put("directory", directory.toString());
        }
        CloneStatus clone = status.get();
        object.put("state", clone.state().name().toLowerCase(Locale.ROOT))
                .put("directory", clone.directory().toString())
                .put("source", clone.source())
                .put("begin", clone.begin().map(Instant::toString))
                .put("end", clone.end().map(Instant::toString))
                .put("errorNumber", clone.errorNumber())
                .put("errorMessage", clone.errorMessage())
                .put("binlogFile", clone.binlogFile())
                .put("binlogPosition", clone.binlogPosition())
                .put("gtidExecuted", clone.gtidExecuted())
                .put("stages", clone.stages().stream().map(StatusText::json).toList());
        clone.live().ifPresent(live -> object.put("live", json(live)));
        return object;
    }

    private static JsonObject json(CloneStatus.Stage stage) {
        return new JsonObject()
                .put("stage", stage.name())
                .put("state", stage.state().name().toLowerCase(Locale.ROOT))
                .put("begin", stage.begin().map(Instant::toString))
                .put("end", stage.end().map(Instant::toString))
                .put("threads", stage.threads())
                .put("estimatedBytes", stage.estimatedBytes())
                .put("dataBytes", stage.dataBytes())
                .put("networkBytes", stage.networkBytes())
                .put("dataBytesPerSecond", stage.dataBytesPerSecond())
                .put("networkBytesPerSecond", stage.networkBytesPerSecond());
    }

    private static JsonObject json(CloneStatus.Live live) {
        JsonObject object = new JsonObject()
                .put("pid", live.pid())
                .put("updated", live.updated().toString())
                .put("connections", live.connections())
                .put("dataBytesPerSecond", live.dataBytesPerSecond())
                .put("networkBytesPerSecond", live.networkBytesPerSecond())
                .put("lastTrouble", live.lastTrouble());
        live.timeLeft().ifPresent(left -> object.put("secondsLeft", left.toSeconds()));
        return object;
    }
}

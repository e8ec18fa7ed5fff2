package org.jclone.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.StepStatus;
import org.jclone.protocol.text.Printable;
import org.jclone.provision.api.Step;

/** Runs of the daemon as text. */
public final class HistoryText {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final int LABEL_WIDTH = 10;

    private final ZoneId zone;

    public HistoryText(ZoneId zone) {
        this.zone = zone;
    }

    /** Returns a table with one line for each run. */
    public String of(List<RunStatus> runs) {
        if (runs.isEmpty()) {
            return "no runs\n";
        }
        int target = runs.stream().mapToInt(run -> run.target().length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (RunStatus run : runs) {
            text.append(run.id())
                    .append("  ")
                    .append(padded(run.target(), target))
                    .append("  ")
                    .append(padded(run.state().name(), "SUCCEEDED".length()))
                    .append("  ")
                    .append(time(run.orderedAt()))
                    .append("  ")
                    .append(elapsed(run));
            run.failure().ifPresent(failure -> text.append("  ").append(Printable.of(failure.text())));
            text.append('\n');
        }
        return text.toString();
    }

    /** Returns all that is known of a run. */
    public String of(RunDetail detail, List<RunEvent> events) {
        RunStatus run = detail.status();
        StringBuilder text = new StringBuilder("Run ").append(run.id()).append('\n');
        row(text, "Target", run.target());
        row(text, "State", run.state().name());
        row(text, "Ordered", time(run.orderedAt()) + " by " + run.order().by());
        run.startedAt().ifPresent(time -> row(text, "Began", time(time)));
        run.endedAt().ifPresent(time -> row(text, "Ended", time(time) + ", after " + elapsed(run)));
        row(text, "Processes", Integer.toString(run.processes()));
        run.retryOf().ifPresent(earlier -> row(text, "Retry of", earlier));
        run.donor().ifPresent(donor -> row(text, "Donor", donor));
        run.source().ifPresent(source -> row(text, "Source", source));
        failure(text, run);
        figures(text, detail);
        detail.steps().forEach(step -> row(text, "Step", of(step)));
        detail.remarks().forEach(remark -> row(text, "Note", remark));
        detail.result()
                .ifPresent(result ->
                        new TreeMap<>(result).forEach((name, value) -> row(text, "Result", name + " " + value)));
        events.forEach(event -> text.append("  ")
                .append(time(event.at()))
                .append("  ")
                .append(padded(event.step().map(Step::displayName).orElse(""), "CHOOSE DONOR".length()))
                .append("  ")
                .append(Printable.of(event.text()))
                .append('\n'));
        return text.toString();
    }

    private static void failure(StringBuilder text, RunStatus run) {
        if (run.failure().isPresent()) {
            RunFailure failure = run.failure().get();
            row(text, "Error", failure.code() + ": " + failure.text());
            row(text, "To do", failure.hint());
            if (!failure.holds().isEmpty()) {
                row(text, "Now", failure.holds());
            }
        }
    }

    private static void figures(StringBuilder text, RunDetail detail) {
        Map<String, Long> sorted = new TreeMap<>(detail.figures());
        sorted.forEach((name, value) ->
                row(text, "Figure", name + " " + (name.endsWith("bytes") ? Units.bytes(value) : Long.toString(value))));
        new TreeMap<>(detail.versions()).forEach((name, value) -> row(text, "Version", name + " " + value));
    }

    private static String of(StepStatus step) {
        String took = step.endedAt()
                .map(end -> Units.duration(Duration.between(step.beganAt(), end)))
                .orElse("did not end");
        return step.step().displayName() + (step.isRepeated() ? ", repeated" : "") + ": "
                + (step.isDone() ? "done in " + took : step.endedAt().isPresent() ? "failed after " + took : took);
    }

    private static String elapsed(RunStatus run) {
        return run.startedAt()
                .flatMap(begin -> run.endedAt().map(end -> Units.duration(Duration.between(begin, end))))
                .orElse("");
    }

    private String time(Instant time) {
        return TIME.format(time.atZone(zone));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static void row(StringBuilder text, String label, String value) {
        text.append("  ")
                .append(padded(label, LABEL_WIDTH))
                .append("  ")
                .append(Printable.of(value))
                .append('\n');
    }
}

package org.jclone.daemon.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunProgress;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.api.StepStatus;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.StageProgress;

/** The parts of a run that the overview and the page of the run both show. */
final class RunParts {

    private static final String INPUT = "input.";

    private RunParts() {}

    static Html.Element state(State state) {
        return Html.of("span", Words.of(state)).classed("state " + Words.of(state));
    }

    /** A line in small print below something. */
    static List<Html> below(String text) {
        return List.of(Html.text(" "), Html.of("span", text).classed("aside line"));
    }

    static Html.Element link(RunStatus run, String text) {
        return Html.link("/runs/" + run.id(), text); // an id has no character that a path could not have
    }

    /** The servers that take part: from the donor to the target. */
    static Html servers(RunStatus run) {
        Html.Element line = Html.of("p").classed("servers");
        if (run.donor().isPresent()) {
            line = line.add(Html.of("span", "clones "), Html.of("b", run.donor().get()));
        } else {
            line = line.add(Html.of("span", run.state().isOver() ? "no donor was chosen" : "no donor chosen yet"));
        }
        if (run.source().isPresent()) {
            line = line.add(
                    Html.of("span", ", replicates from "),
                    Html.of("b", run.source().get()));
        }
        return line;
    }

    /** The steps, each with its state. */
    static Html steps(RunDetail detail, Instant now) {
        List<Html> items = new ArrayList<>();
        for (Step step : Step.values()) {
            items.add(step(step, detail, now));
        }
        return Html.of("ol").classed("steps").with("aria-label", "Steps").add(items);
    }

    private static Html step(Step step, RunDetail detail, Instant now) {
        List<StepStatus> tries =
                detail.steps().stream().filter(each -> each.step() == step).toList();
        boolean isPassed = detail.steps().stream().anyMatch(each -> each.step().compareTo(step) > 0);
        State run = detail.status().state();
        String state;
        String note;
        if (tries.isEmpty()) {
            state = isPassed ? "skipped" : "ahead";
            note = isPassed ? "not needed" : "";
        } else {
            StepStatus last = tries.get(tries.size() - 1);
            String took = Figures.duration(
                    Duration.between(last.beganAt(), last.endedAt().orElse(now)));
            if (last.isDone()) {
                state = "done";
                note = took;
            } else if (!run.isOver() && last.endedAt().isEmpty()) {
                state = "current";
                note = run == State.QUEUED ? "interrupted" : took;
            } else {
                state = run == State.FAILED ? "failed" : "stopped";
                note = state;
            }
        }
        Html.Element item = Html.of("li").classed(state);
        if (state.equals("current")) {
            item = item.with("aria-current", "step");
        }
        return item.add(
                Html.of("span", step.displayName()).classed("name"),
                Html.of("span", " " + state).classed("unseen"),
                Html.of("span", note).classed("note"));
    }

    /** The figures of a run in progress. */
    static Html figures(RunStatus run) {
        Html.Element list = Html.of("dl").classed("figures");
        if (run.progress().isEmpty()) {
            return list;
        }
        RunProgress progress = run.progress().get();
        if (progress.copy().isPresent() && progress.step() == Step.CLONE) {
            CloneProgress copy = progress.copy().get();
            list = list.add(
                    figure("Data", Figures.rate(copy.dataBytesPerSecond())),
                    figure("Network", Figures.rate(copy.networkBytesPerSecond())),
                    figure("Connections", Integer.toString(copy.connections())),
                    figure("Time left", copy.timeLeft().map(Figures::duration).orElse("not known")));
        }
        if (progress.missingTransactions().isPresent() && progress.step() == Step.CATCH_UP) {
            list = list.add(figure(
                    "Missing transactions",
                    Figures.count(progress.missingTransactions().getAsLong())));
        }
        String limit =
                progress.limitMiBPerSecond() == 0 ? "none" : Figures.count(progress.limitMiBPerSecond()) + " MiB/s";
        return list.add(
                figure("Last progress", Figures.duration(progress.sinceProgress()) + " ago"), figure("Limit", limit));
    }

    private static Html figure(String name, String value) {
        return Html.of("div", Html.of("dt", name), Html.of("dd", value));
    }

    /** The stages of the copy, each with a bar. */
    static Html stages(RunStatus run) {
        Optional<CloneProgress> copy = run.progress().flatMap(RunProgress::copy);
        if (copy.isEmpty()) {
            return Html.of("div");
        }
        List<Html> rows = new ArrayList<>();
        copy.get().stages().forEach(stage -> rows.add(stage(stage, run)));
        return Html.of(
                        "table",
                        Html.of("caption", "Stages of the copy").classed("unseen"),
                        Html.of("thead", head("Stage", "Progress", "Copied", "Of", "Network", "Time")),
                        Html.of("tbody").add(rows))
                .classed("stages");
    }

    private static Html stage(StageProgress stage, RunStatus run) {
        boolean isDone = stage.state() == StageProgress.State.COMPLETED;
        boolean isBegun = stage.state() != StageProgress.State.NOT_STARTED;
        int percent = isDone ? 100 : Figures.percent(stage.dataBytes(), stage.estimatedBytes());
        String name = stage.stage().displayName();
        Html.Element bar = Html.of("progress")
                .with("max", "100")
                .with("value", Integer.toString(percent))
                .with("aria-label", name + " of " + run.target());
        String took = stage.begin()
                .flatMap(begin -> stage.end()
                        .or(() -> run.progress().map(RunProgress::at))
                        .map(end -> Figures.duration(Duration.between(begin, end))))
                .orElse("");
        Html.Element heading = Html.of("th", name)
                .with("scope", "row")
                .add(Html.of("span", " " + Words.of(stage.stage())).classed("aside"));
        return Html.of(
                        "tr",
                        heading,
                        Html.of(
                                "td",
                                bar,
                                Html.of("span", isBegun ? percent + " %" : "").classed("percent")),
                        number(isBegun ? Figures.bytes(stage.dataBytes()) : ""),
                        number(isBegun && stage.estimatedBytes() > 0 ? Figures.bytes(stage.estimatedBytes()) : ""),
                        number(isBegun ? Figures.bytes(stage.networkBytes()) : ""),
                        number(took))
                .classed(isDone ? "done" : isBegun ? "current" : "ahead");
    }

    private static Html number(String text) {
        return Html.of("td", text).classed("number");
    }

    /** A row of headings. */
    static Html.Element head(String... names) {
        Html.Element row = Html.of("tr");
        for (String name : names) {
            row = row.add(Html.of("th", name).with("scope", "col"));
        }
        return row;
    }

    /** Decisions, each with its inputs. */
    static Html decisions(List<RunEvent> decisions) {
        Html.Element list = Html.of("ul").classed("decisions");
        for (RunEvent decision : decisions) {
            list = list.add(decision(decision));
        }
        return list;
    }

    private static Html decision(RunEvent event) {
        Map<String, String> details = event.details();
        Html.Element item = Html.of("li")
                .with("id", "decision-" + event.id())
                .add(
                        Html.of("span", details.getOrDefault("what", "")),
                        Html.text(": "),
                        Html.of("b", details.getOrDefault("outcome", event.text())));
        List<String> inputs = new ArrayList<>();
        details.forEach((name, value) -> {
            if (name.startsWith(INPUT)) {
                inputs.add(name.substring(INPUT.length()) + ": " + (value.isBlank() ? "none" : value));
            }
        });
        return inputs.isEmpty()
                ? item
                : item.add(Html.of("span", " because of " + String.join(", ", inputs))
                        .classed("aside"));
    }

    /** What went wrong, and what to do. */
    static Html failure(RunFailure failure) {
        String where = failure.step().map(step -> " in " + step.displayName()).orElse("");
        Html.Element list = Html.of("dl")
                .add(Html.of("dt", "What happened"), Html.of("dd", failure.text()))
                .add(Html.of("dt", "What to do"), Html.of("dd", failure.hint()).classed("remedy"));
        if (!failure.holds().isEmpty()) {
            list = list.add(Html.of("dt", "What holds now"), Html.of("dd", failure.holds()));
        }
        return Html.of(
                        "div",
                        Html.of("h2", "The run failed" + where)
                                .add(
                                        Html.text(" "),
                                        Html.of("code", failure.code().name())),
                        list)
                .classed("failure");
    }

    /** The orders that an operator may give for a run, for the script. */
    static Html actions(RunStatus run) {
        Html.Element line = Html.of("p").classed("actions");
        if (run.state() == State.QUEUED || run.state() == State.RUNNING) {
            line = line.add(action("cancel", "Stop", run.target(), run.id()));
        }
        boolean canRetry = run.state() == State.FAILED || run.state() == State.SUSPENDED;
        if (canRetry) {
            line = line.add(action("retry", run.isResumable() ? "Continue" : "Repeat", run.target(), run.id()));
        }
        return line;
    }

    static Html.Element action(String name, String label, String target, String run) {
        return Html.of("button", label)
                .with("type", "button")
                .with("data-opens", name)
                .with("data-target", target)
                .with("data-run", run)
                .with("aria-label", label + ' ' + target);
    }

    /** One line, for a window's title or for a screen reader. */
    static String headline(RunStatus run, boolean withPercent) {
        String text = run.target() + ' ' + Words.of(run.state());
        if (run.state().isOver() || run.step().isEmpty()) {
            return text;
        }
        String step = run.step().get().displayName();
        Optional<StageProgress> stage = run.step().get() == Step.CLONE
                ? run.progress()
                        .flatMap(RunProgress::copy)
                        .flatMap(copy -> copy.current().map(copy::stage))
                : Optional.empty();
        if (stage.isEmpty()) {
            return text + ", " + step;
        }
        String percent = withPercent
                ? " " + Figures.percent(stage.get().dataBytes(), stage.get().estimatedBytes()) + " %"
                : "";
        return text + ", " + stage.get().stage().displayName() + percent;
    }
}

package org.jclone.daemon.page;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.api.RunPage;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;

/** The page at {@code /history}: all runs, the latest first. */
final class HistoryPage {

    /** Of an error, in the table: a longer one, such as a server's log, would hide the other runs. */
    private static final int MOST_CHARACTERS = 400;

    private HistoryPage() {}

    /** @param targets the names of the configured targets */
    static Html content(RunQuery query, RunPage page, List<String> targets) {
        Html.Element main = Html.of("section", Html.of("h1", "History"), filter(query, targets));
        main = page.runs().isEmpty()
                ? main.add(Html.of("p", "No run matches.").classed("nothing"))
                : main.add(table(page.runs()));
        if (page.next().isPresent()) {
            String more = "/history?before=" + OverviewPage.encoded(page.next().get())
                    + query.target()
                            .map(target -> "&target=" + OverviewPage.encoded(target))
                            .orElse("")
                    + query.states().stream()
                            .findFirst()
                            .map(state -> "&state=" + state.name())
                            .orElse("");
            main = main.add(Html.of("p", Html.link(more, "Older runs")));
        }
        return main;
    }

    private static Html filter(RunQuery query, List<String> targets) {
        List<Html> names =
                new ArrayList<>(List.of(option("", "all", query.target().isEmpty())));
        for (String target : targets) {
            names.add(option(target, target, query.target().equals(Optional.of(target))));
        }
        query.target()
                .filter(target -> !targets.contains(target))
                .ifPresent(gone -> names.add(option(gone, gone, true)));
        List<Html> states =
                new ArrayList<>(List.of(option("", "all", query.states().isEmpty())));
        for (RunStatus.State state : RunStatus.State.values()) {
            states.add(option(state.name(), Words.of(state), query.states().contains(state)));
        }
        return Html.of(
                        "form",
                        Html.of("label", "Target ")
                                .add(Html.of("select").with("name", "target").add(names)),
                        Html.of("label", "State ")
                                .add(Html.of("select").with("name", "state").add(states)),
                        Html.of("button", "Show").with("type", "submit"))
                .with("action", "/history")
                .with("method", "get")
                .classed("filter");
    }

    private static Html option(String value, String text, boolean isChosen) {
        Html.Element option = Html.of("option", text).with("value", value);
        return isChosen ? option.with("selected", "") : option;
    }

    static Html table(List<RunStatus> runs) {
        List<Html> rows = new ArrayList<>();
        runs.forEach(run -> rows.add(row(run)));
        return OverviewPage.scrolling(
                "Runs",
                Html.of("thead", RunParts.head("Run", "Target", "State", "Began (UTC)", "Took", "Donor", "Result")),
                rows);
    }

    private static Html row(RunStatus run) {
        String took = run.startedAt()
                .flatMap(begin -> run.endedAt().map(end -> Figures.duration(Duration.between(begin, end))))
                .orElse("");
        return Html.of(
                "tr",
                Html.of("th", RunParts.link(run, run.id()).classed("id")).with("scope", "row"),
                Html.of("td", run.target()),
                Html.of("td", RunParts.state(run.state())),
                Html.of("td", Figures.dateAndTime(run.startedAt().orElse(run.orderedAt())))
                        .classed("number"),
                Html.of("td", took).classed("number"),
                Html.of("td", run.donor().orElse("")),
                Html.of("td", result(run)).classed("text"));
    }

    /** The page of the run has the whole text. */
    private static String shortened(String text) {
        return text.length() <= MOST_CHARACTERS
                ? text
                : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, MOST_CHARACTERS) - 1)) + "\u2026";
    }

    private static String result(RunStatus run) {
        return run.failure()
                .map(failure -> shortened(failure.text()))
                .orElse(
                        switch (run.state()) {
                            case SUCCEEDED -> Words.of(run.order().action()) + ": complete";
                            case CANCELLED -> "undone";
                            case SUSPENDED -> "stopped; can be continued";
                            case FAILED -> "failed";
                            case QUEUED, RUNNING, STOPPING ->
                                run.step().map(step -> step.displayName()).orElse("");
                        });
    }
}

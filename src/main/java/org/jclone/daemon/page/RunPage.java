package org.jclone.daemon.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunStatus;
import org.jclone.provision.api.Step;

/** The page of one run: how far it is or how it ended, why, and each event. */
final class RunPage {

    private RunPage() {}

    /**
     * @param decisions all of them, in their order
     * @param news events that the reader has not seen, in their order
     */
    static Picture picture(
            RunDetail detail, List<RunEvent> decisions, List<RunEvent> news, Instant now, boolean operates) {
        RunStatus run = detail.status();
        Map<String, Html> regions = new LinkedHashMap<>();
        regions.put("run", run(detail, now, operates));
        regions.put("decisions", decisions(decisions));
        regions.put("facts", facts(detail));
        List<Html> rows = new ArrayList<>();
        news.forEach(event -> rows.add(row(event)));
        Collections.reverse(rows);
        return new Picture(
                RunParts.headline(run, true),
                RunParts.headline(run, false),
                regions,
                rows,
                news.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(news.get(news.size() - 1).id()),
                run.state().isOver());
    }

    private static Html run(RunDetail detail, Instant now, boolean operates) {
        RunStatus run = detail.status();
        Html.Element title = Html.of(
                        "div", Html.of("h1", run.target()), RunParts.state(run.state()), RunParts.servers(run))
                .classed("title");
        if (operates) {
            title = title.add(RunParts.actions(run));
        }
        Html.Element block =
                Html.of("section", title, orders(run)).with("id", "run").with("aria-label", "Run of " + run.target());
        if (run.failure().isPresent()) {
            block = block.add(RunParts.failure(run.failure().get()));
        }
        if (run.state() != RunStatus.State.QUEUED) {
            block = block.add(RunParts.steps(detail, now));
        }
        block = block.add(RunParts.figures(run));
        boolean copies = run.progress().isPresent() && run.step().equals(Optional.of(Step.CLONE));
        return copies ? block.add(RunParts.stages(run)) : block;
    }

    private static Html orders(RunStatus run) {
        Html.Element line = Html.of("p")
                .classed("aside")
                .add(
                        Html.of("span", run.id()).classed("id"),
                        Html.text(": " + Words.of(run.order().action())))
                .add(" ordered by " + run.order().by() + ", ")
                .add(Figures.dateAndTime(run.orderedAt()), Html.text(" UTC"));
        if (run.startedAt().isPresent()) {
            line = line.add(Html.text(", began "), Figures.time(run.startedAt().get()));
        }
        if (run.endedAt().isPresent()) {
            line = line.add(Html.text(", ended "), Figures.time(run.endedAt().get()));
            if (run.startedAt().isPresent()) {
                line = line.add(" after "
                        + Figures.duration(Duration.between(
                                run.startedAt().get(), run.endedAt().get())));
            }
        }
        if (run.processes() > 1) {
            line = line.add(", continued by " + (run.processes() - 1)
                    + (run.processes() == 2 ? " more process" : " more processes") + " of the daemon");
        }
        if (run.retryOf().isPresent()) {
            line = line.add(Html.text(", continues "))
                    .add(Html.link("/runs/" + run.retryOf().get(), run.retryOf().get())
                            .classed("id"));
        }
        return line;
    }

    private static Html decisions(List<RunEvent> decisions) {
        Html.Element block = Html.of("section", Html.of("h2", "Decisions").with("id", "decisions-heading"))
                .with("id", "decisions");
        return block.with("aria-labelledby", "decisions-heading")
                .add(
                        decisions.isEmpty()
                                ? Html.of("p", "None yet.").classed("nothing")
                                : RunParts.decisions(decisions));
    }

    private static Html facts(RunDetail detail) {
        Html.Element list = Html.of("dl").classed("facts");
        for (String remark : detail.remarks()) {
            list = list.add(fact("note", remark).classed("note"));
        }
        for (Map.Entry<String, String> each : sorted(detail.result().orElse(Map.of()))) {
            list = list.add(fact(plain(each.getKey()), each.getValue()));
        }
        for (Map.Entry<String, Long> each : new TreeMap<>(detail.figures()).entrySet()) {
            boolean isBytes = each.getKey().endsWith("bytes");
            list = list.add(fact(
                    plain(each.getKey()), isBytes ? Figures.bytes(each.getValue()) : Figures.count(each.getValue())));
        }
        for (Map.Entry<String, String> each : sorted(detail.versions())) {
            list = list.add(fact("version of " + each.getKey(), each.getValue()));
        }
        return Html.of("section", Html.of("h2", "Facts").with("id", "facts-heading"), list)
                .with("id", "facts")
                .with("aria-labelledby", "facts-heading");
    }

    private static List<Map.Entry<String, String>> sorted(Map<String, String> values) {
        return List.copyOf(new TreeMap<>(values).entrySet());
    }

    private static String plain(String name) {
        return name.replace('_', ' ');
    }

    private static Html.Element fact(String name, String value) {
        return Html.of("div", Html.of("dt", name), Html.of("dd", value));
    }

    /**
     * The table of all events.
     *
     * @param rows the latest first
     * @param omitted how many came before them
     */
    static Html timeline(List<Html> rows, long omitted, String run) {
        Html table = Html.of(
                        "table",
                        Html.of("caption", "Events, the latest first").classed("unseen"),
                        Html.of("thead", RunParts.head("Time (UTC)", "Step", "Kind", "Event")),
                        Html.of("tbody").with("id", "events").add(rows))
                .classed("events");
        Html.Element section = Html.of("section", Html.of("h2", "Events").with("id", "events-heading"))
                .with("aria-labelledby", "events-heading")
                .add(Html.of("div", table)
                        .classed("scrolling")
                        .with("tabindex", "0")
                        .with("role", "group")
                        .with("aria-label", "Events, table"));
        return omitted == 0
                ? section
                : section.add(Html.of("p", omitted + " earlier events: ")
                        .add(Html.of("code", "jclone history " + run))
                        .classed("aside"));
    }

    private static Html row(RunEvent event) {
        Html.Element text = Html.of("td", event.text()).classed("text");
        String hint = event.details().getOrDefault("hint", "");
        if (!hint.isEmpty()) {
            text = text.add(Html.text(" "), Html.of("span", hint).classed("remedy line"));
        }
        String kind = Words.of(event.kind());
        return Html.of(
                        "tr",
                        Html.of("td", Figures.time(event.at())).classed("number"),
                        Html.of("td", event.step().map(Step::displayName).orElse("")),
                        Html.of("td", kind),
                        text)
                .with("id", "event-" + event.id())
                .classed("kind-" + event.kind().name().toLowerCase(Locale.ROOT));
    }
}

package org.jclone.daemon.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jclone.daemon.api.DaemonStatus;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.TargetStatus;
import org.jclone.daemon.api.ThrottleStatus;

/** The page at {@code /}: what runs now, the targets, the limit, and the latest runs. */
final class OverviewPage {

    private static final int CANDIDATES = 3;

    private OverviewPage() {}

    /** @param operates whether the reader may change something */
    static Picture picture(Overview overview, Instant now, boolean operates) {
        Map<String, Html> regions = new LinkedHashMap<>();
        regions.put("daemon", daemon(overview.daemon()));
        regions.put("running", running(overview, now, operates));
        regions.put("targets", targets(overview, now, operates));
        regions.put("limit", limit(overview.throttle(), operates));
        regions.put("latest", latest(overview.latest()));
        String headline = overview.active().stream()
                .map(each -> RunParts.headline(each.run().status(), false))
                .collect(Collectors.joining("; "));
        String title = overview.active().stream()
                .map(each -> RunParts.headline(each.run().status(), true))
                .findFirst()
                .orElse("Overview");
        return new Picture(
                title, headline.isEmpty() ? "nothing runs" : headline, regions, List.of(), OptionalLong.empty(), false);
    }

    private static Html region(String id, String heading, Html... content) {
        return Html.of("section", Html.of("h2", heading).with("id", id + "-heading"))
                .with("id", id)
                .with("aria-labelledby", id + "-heading")
                .add(content);
    }

    private static Html daemon(DaemonStatus status) {
        String runs = status.running() + " running, " + status.queued() + " waiting, at most "
                + status.maxParallelRuns() + " at a time";
        Html.Element block = Html.of(
                        "div",
                        Html.of(
                                "p",
                                Html.of("b", status.state().name().toLowerCase(java.util.Locale.ROOT)),
                                Html.text(": " + runs)))
                .with("id", "daemon");
        for (String warning : status.warnings()) {
            block = block.add(Html.of("p", warning).classed("warning"));
        }
        return block;
    }

    private static Html running(Overview overview, Instant now, boolean operates) {
        List<Html> cards = new ArrayList<>();
        for (Overview.Active each : overview.active()) {
            cards.add(card(each, now, operates));
        }
        if (cards.isEmpty()) {
            cards.add(Html.of("p", "Nothing runs or waits.").classed("nothing"));
        }
        return region("running", "Running", Html.of("div").classed("cards").add(cards));
    }

    private static Html card(Overview.Active active, Instant now, boolean operates) {
        RunStatus run = active.run().status();
        Html.Element title = Html.of(
                        "div",
                        Html.of("h3", RunParts.link(run, run.target())),
                        RunParts.state(run.state()),
                        RunParts.servers(run))
                .classed("title");
        Html.Element card = Html.of("article")
                .classed("run")
                .with("id", "run-" + run.id())
                .with("aria-label", "Run of " + run.target());
        if (operates) {
            title = title.add(RunParts.actions(run));
        }
        card = card.add(title);
        if (run.state() == RunStatus.State.QUEUED) {
            String place =
                    run.queuePlace().isPresent() ? "number " + run.queuePlace().getAsInt() + " in the queue" : "waits";
            return card.add(
                    Html.of("p", place + ", ordered by " + run.order().by()).classed("aside"));
        }
        card = card.add(RunParts.steps(active.run(), now), RunParts.figures(run));
        boolean copies = run.step()
                .filter(step -> step == org.jclone.provision.api.Step.CLONE)
                .isPresent();
        if (copies) {
            card = card.add(RunParts.stages(run));
        }
        return active.decisions().isEmpty()
                ? card
                : card.add(Html.of("h4", "Latest decisions"), RunParts.decisions(active.decisions()));
    }

    private static Html targets(Overview overview, Instant now, boolean operates) {
        List<Html> rows = new ArrayList<>();
        for (TargetStatus target : overview.targets()) {
            rows.add(target(target, now, operates));
        }
        Html.Element head = RunParts.head("Target", "Directory", "Holds", "Donors", "Replicates from", "Last run");
        if (operates) {
            head = head.add(
                    Html.of("th", Html.of("span", "Actions").classed("unseen")).with("scope", "col"));
        }
        return region("targets", "Targets", scrolling("Targets", Html.of("thead", head), rows));
    }

    /** A table in a frame that scrolls on a narrow screen, also with the keyboard. */
    static Html scrolling(String name, Html head, List<Html> rows) {
        Html table = Html.of(
                "table",
                Html.of("caption", name).classed("unseen"),
                head,
                Html.of("tbody").add(rows));
        return Html.of("div", table)
                .classed("scrolling")
                .with("tabindex", "0")
                .with("role", "group")
                .with("aria-label", name + ", table");
    }

    private static Html target(TargetStatus target, Instant now, boolean operates) {
        Html.Element holds = Html.of("td", Words.of(target.directoryState()));
        if (target.record().isPresent()) {
            holds = holds.add(RunParts.below(target.record().get()));
        }
        if (target.unansweredSince().isPresent()) {
            Duration age = Duration.between(target.unansweredSince().get(), now);
            holds = holds.add(
                    Html.text(" "),
                    Html.of("span", "not read for " + Figures.duration(age) + ": its file system does not answer")
                            .classed("warning line"));
        }
        if (target.nextAttempt().isPresent()) {
            holds = holds.add(RunParts.below(target.nextAttempt().get()));
        }
        Html.Element name = Html.of("th", Html.link("/history?target=" + encoded(target.name()), target.name()))
                .with("scope", "row");
        String kept = target.isKept() ? "kept a replica" : "waits for orders";
        Html.Element row = Html.of(
                "tr",
                name.add(RunParts.below(kept)),
                Html.of("td", Html.of("code", target.directory().toString()))
                        .add(target.service()
                                .map(unit -> RunParts.below("unit " + unit))
                                .orElse(List.of())),
                holds,
                Html.of("td", donors(target)),
                Html.of("td", target.source().map(Object::toString).orElse("the donor")),
                lastRun(target, now));
        if (!operates) {
            return row;
        }
        Html.Element cell = Html.of("td").classed("actions");
        return row.add(
                target.activeRun().isPresent()
                        ? cell
                        : cell.add(RunParts.action("start", "Start", target.name(), "")
                                .with("data-holds", Words.of(target.directoryState()))));
    }

    private static String donors(TargetStatus target) {
        List<String> names = target.donors().stream().map(Object::toString).toList();
        return names.size() <= CANDIDATES
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, CANDIDATES)) + " and " + (names.size() - CANDIDATES) + " more";
    }

    private static Html lastRun(TargetStatus target, Instant now) {
        if (target.lastRun().isEmpty()) {
            return Html.of("td", "none");
        }
        RunStatus run = target.lastRun().get();
        String ago = run.endedAt()
                .map(end -> Figures.duration(Duration.between(end, now)) + " ago")
                .orElse("");
        return Html.of("td", RunParts.link(run, Words.of(run.state())).classed("state " + Words.of(run.state())))
                .add(RunParts.below(ago));
    }

    static String encoded(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static Html limit(ThrottleStatus throttle, boolean operates) {
        String why = switch (throttle.origin()) {
            case CONFIGURATION -> "configuration";
            case SCHEDULE -> "schedule (" + throttle.reason() + ")";
            case OVERRIDE -> throttle.reason();
        };
        Html.Element line =
                Html.of("p", Html.of("b", Words.of(throttle.limits()))).add(" for each run: " + why);
        if (throttle.until().isPresent()) {
            line = line.add(
                    Html.text(", until "), Figures.dateAndTime(throttle.until().get()), Html.text(" UTC"));
        }
        Html content = Html.of("div", line).classed("limit");
        return operates
                ? region("limit", "Limit", Html.of("div", content, change()).classed("title"))
                : region("limit", "Limit", content);
    }

    private static Html change() {
        return Html.of(
                        "p",
                        Html.of("button", "Change the limit")
                                .with("type", "button")
                                .with("data-opens", "throttle"))
                .classed("actions");
    }

    private static Html latest(List<RunStatus> runs) {
        Html all = Html.of("p", Html.link("/history", "All runs"));
        return runs.isEmpty()
                ? region(
                        "latest",
                        "Latest runs",
                        Html.of("p", "No run has ended yet.").classed("nothing"))
                : region("latest", "Latest runs", HistoryPage.table(runs), all);
    }
}

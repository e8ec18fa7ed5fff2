package org.jclone.cli.output;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jclone.protocol.text.Printable;
import org.jclone.provision.api.ChannelReport;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.provision.api.Step;
import org.jclone.provision.plan.Guard;

/** Events and result of a provisioning run as text. */
public final class ProvisionText implements ProvisionEvent.Handler<String> {

    private static final ProvisionText INSTANCE = new ProvisionText();

    private static final int LABEL_WIDTH = 13;

    private ProvisionText() {}

    /** Returns the event as lines. */
    public static String of(ProvisionEvent event) {
        return event.accept(INSTANCE);
    }

    @Override
    public String onStepBegan(ProvisionEvent.StepBegan event) {
        return event.step().displayName() + (event.repeated() ? ", resumed" : "");
    }

    @Override
    public String onStepDone(ProvisionEvent.StepDone event) {
        return event.step().displayName() + " done in " + Units.duration(event.elapsed());
    }

    @Override
    public String onDecided(ProvisionEvent.Decided event) {
        StringJoiner inputs = new StringJoiner(", ");
        event.inputs().forEach((name, value) -> inputs.add(name + ": " + value));
        return "  " + event.what() + ": " + Printable.of(event.outcome()) + " (" + Printable.of(inputs.toString())
                + ")";
    }

    @Override
    public String onNote(ProvisionEvent.Note event) {
        return "  " + Printable.of(event.text());
    }

    @Override
    public String onWarning(ProvisionEvent.Warning event) {
        return "  warning: " + Printable.of(event.text())
                + (event.hint().isEmpty() ? "" : "\n    " + Printable.of(event.hint()));
    }

    @Override
    public String onChannelFound(ProvisionEvent.ChannelFound event) {
        return "  " + fate(event.channel()) + " channel "
                + Printable.of(event.channel().describe());
    }

    private static String fate(ChannelReport channel) {
        return switch (channel.fate()) {
            case SEEN -> "the donor's";
            case KEPT -> "kept";
            case REMOVED -> "removed";
        };
    }

    @Override
    public String onCatchingUp(ProvisionEvent.CatchingUp event) {
        String missing = event.missing() < 0 ? "catching up" : event.missing() + " transactions behind";
        return "  " + missing
                + (event.sinceProgress().toSeconds() > 0
                        ? ", no progress for " + Units.duration(event.sinceProgress())
                        : "");
    }

    /** The decision that follows says it. */
    @Override
    public String onCompared(ProvisionEvent.Compared event) {
        return "";
    }

    @Override
    public String onFindings(ProvisionEvent.Findings event) {
        if (event.problems().size() == 1) {
            return ""; // the failure says it
        }
        StringJoiner lines = new StringJoiner("\n");
        event.problems().forEach(problem -> lines.add("  problem: " + Printable.of(problem)));
        return lines.toString();
    }

    /** Returns the summary of a finished run. */
    public static String of(ProvisionResult result) {
        StringBuilder text = new StringBuilder("Provisioned ")
                .append(Printable.of(result.directory().toString()))
                .append(nature(result))
                .append('\n');
        row(text, "Donor", result.donor().toString());
        if (result.source().isPresent() || result.group().isPresent()) {
            row(text, "Replicates", replicates(result));
        }
        result.channels().forEach(channel -> row(text, "Channel", channel.describe() + " (" + fate(channel) + ")"));
        row(text, "Server", "server_id " + result.serverId() + ", server_uuid " + result.serverUuid());
        row(text, "Settings", result.configFile().toString());
        row(
                text,
                "Started",
                result.started()
                        ? String.join("; ", result.verified())
                        : "no; start it with: " + result.startCommand());
        result.oldData().ifPresent(old -> row(text, "Old data", old.toString()));
        result.persisted().describe().forEach(line -> row(text, "Persisted", line));
        result.remarks().forEach(remark -> row(text, "Note", remark));
        StringJoiner times = new StringJoiner(", ");
        for (Map.Entry<Step, Duration> each : result.elapsed().entrySet()) {
            times.add(each.getKey().displayName() + " " + Units.duration(each.getValue()));
        }
        row(text, "Steps", times.toString());
        return text.toString();
    }

    private static String replicates(ProvisionResult result) {
        if (result.group().isPresent()) {
            return "with its group"
                    + result.source()
                            .map(source -> "; it caught up from " + source)
                            .orElse("");
        }
        return result.byGtid() ? "by GTID" : "by file and position";
    }

    private static String nature(ProvisionResult result) {
        if (result.group().isPresent()) {
            return " as a member of group " + Printable.of(result.group().get());
        }
        boolean kept = result.channels().stream().anyMatch(channel -> channel.fate() == ChannelReport.Fate.KEPT);
        return result.source()
                .map(source -> " as a replica of " + source)
                .orElse(kept ? " as a replica with the donor's channels" : " as a copy that does not replicate");
    }

    /** Returns what a run would do. */
    public static String of(ProvisionPlan plan) {
        StringBuilder text = new StringBuilder("Plan: ");
        text.append(plan.decision()
                        .map(decision -> decision.way()
                                + decision.state().map(state -> ", " + state).orElse(""))
                        .orElse("unknown"))
                .append('\n');
        plan.decision().ifPresent(decision -> row(text, "Because", decision.reason()));
        row(text, "Donor", plan.donor().toString());
        if (plan.source().isPresent()) {
            row(text, "Source", plan.source().get().toString());
            plan.byGtid().ifPresent(byGtid -> row(text, "Replicates", byGtid ? "by GTID" : "by file and position"));
        }
        plan.channels().forEach(channel -> row(text, "Channel", channel.describe()));
        plan.missing().ifPresent(missing -> row(text, "Missing", missing));
        plan.errantChanges().changes().forEach(change -> row(text, "Errant", change.toString()));
        plan.errantChanges().unread().forEach(what -> row(text, "Errant", "not read: " + what));
        plan.threshold().ifPresent(threshold -> row(text, "Threshold", threshold));
        plan.writeRate().ifPresent(rate -> row(text, "Source", "writes " + rate));
        plan.estimate().ifPresent(estimate -> row(text, "Estimate", estimate.toString()));
        for (Guard guard : plan.guards()) {
            row(text, "Guard", label(guard) + ": " + guard.text());
        }
        plan.persisted().describe().forEach(line -> row(text, "Persisted", line));
        plan.problems().forEach(problem -> row(text, "Problem", problem));
        return text.toString();
    }

    private static String label(Guard guard) {
        String kind = guard.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return switch (guard.outcome()) {
            case OK -> kind + ", ok";
            case REFUSED -> kind + ", refused";
            case UNKNOWN -> kind + ", unknown";
            case NOT_NEEDED -> kind + ", not needed";
        };
    }

    private static void row(StringBuilder text, String label, String value) {
        text.append("  ")
                .append(label)
                .append(" ".repeat(LABEL_WIDTH - label.length()))
                .append(Printable.of(value))
                .append('\n');
    }
}

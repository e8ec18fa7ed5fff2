package org.jclone.cli.output;

import java.util.List;
import java.util.Optional;
import org.jclone.protocol.text.Printable;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.Finding;

/** The report of a check as text: the verdict, then the problems, then everything else. */
public final class CheckText {

    private static final int TITLE_WIDTH = 20;
    private static final String INDENT = "  ";
    private static final String ALL_ELSE = "all else";
    private static final String CONTINUED = " ".repeat(INDENT.length() + TITLE_WIDTH);

    private CheckText() {}

    public static String of(CheckReport report) {
        StringBuilder text = new StringBuilder();
        text.append(verdict(report)).append('\n').append(donor(report)).append('\n');
        for (Finding.State state : Finding.State.values()) {
            List<Finding> findings = report.in(state);
            if (!findings.isEmpty()) {
                text.append('\n').append(heading(state)).append('\n');
                Optional<Finding> common =
                        state == Finding.State.UNKNOWN ? firstOfOneReason(findings) : Optional.empty();
                findings.stream()
                        .filter(finding -> !common.map(Finding::text).equals(Optional.of(finding.text())))
                        .forEach(finding -> append(text, finding.item().title(), finding));
                common.ifPresent(finding -> append(text, ALL_ELSE, finding));
            }
        }
        appendGrants(text, report.grants());
        return text.toString();
    }

    /** The missing grants as one block, to send to an administrator of the donor. */
    private static void appendGrants(StringBuilder text, List<String> grants) {
        if (!grants.isEmpty()) {
            text.append("\nGRANTS that the account lacks\n");
            grants.forEach(grant -> appendStatement(text, INDENT, grant));
        }
    }

    private static String verdict(CheckReport report) {
        if (report.isBlind() && report.exitStatus() == CloneErrorCode.DONOR_ERROR.exitStatus()) {
            return "Nothing about the donor could be checked.";
        }
        return switch (report.state()) {
            case PROBLEM ->
                "A clone would fail: " + count(report.in(Finding.State.PROBLEM).size(), "problem") + '.';
            case WARNING ->
                "A clone can start; " + count(report.in(Finding.State.WARNING).size(), "thing") + " to know first.";
            case UNKNOWN -> "A clone can start, as far as could be checked.";
            case OK -> "A clone can start.";
        };
    }

    private static String donor(CheckReport report) {
        Optional<String> version = report.donorVersion().map(Printable::of);
        return "Donor " + report.donor()
                + version.map(each -> (each.contains("MariaDB") ? ", " : ", MySQL ") + each)
                        .orElse("")
                + report.account().map(each -> ", as " + Printable.of(each)).orElse("");
    }

    private static String heading(Finding.State state) {
        return switch (state) {
            case PROBLEM -> "PROBLEM";
            case WARNING -> "WARNING";
            case UNKNOWN -> "NOT CHECKED";
            case OK -> "OK";
        };
    }

    /** Summarizes on one line the checks that were skipped for the same reason. */
    private static Optional<Finding> firstOfOneReason(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> findings.stream()
                                .filter(other -> other.text().equals(finding.text()))
                                .count()
                        > 1)
                .findFirst();
    }

    private static void append(StringBuilder text, String title, Finding finding) {
        text.append(INDENT)
                .append(title)
                .append(" ".repeat(TITLE_WIDTH - title.length()))
                .append(Printable.of(finding.text()))
                .append('\n');
        if (!finding.why().isEmpty()) {
            text.append(CONTINUED).append(Printable.of(finding.why())).append('\n');
        }
        finding.statements().stream()
                .filter(statement -> !CheckReport.isGrant(statement))
                .forEach(statement -> appendStatement(text, CONTINUED, statement));
        finding.choices().forEach(choice -> appendStatement(text, CONTINUED, "-- " + choice));
    }

    private static void appendStatement(StringBuilder text, String indent, String statement) {
        text.append(indent).append("> ").append(Printable.of(statement)).append('\n');
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}

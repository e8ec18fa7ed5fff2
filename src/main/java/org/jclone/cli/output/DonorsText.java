package org.jclone.cli.output;

import java.util.List;
import org.jclone.protocol.text.Printable;
import org.jclone.provision.donor.Candidate;
import org.jclone.provision.donor.DonorFacts;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.donor.Obstacle;
import org.jclone.provision.donor.RatedDonor;

/** The candidates for a clone as text: the verdict, then each donor with its score and the reasons. */
public final class DonorsText {

    private static final String INDENT = " ".repeat(7);

    private DonorsText() {}

    public static String of(DonorTable table) {
        StringBuilder text = new StringBuilder(verdict(table)).append('\n');
        int width = table.donors().stream()
                .mapToInt(donor -> donor.address().toString().length())
                .max()
                .orElse(0);
        append(
                text,
                "SUITABLE",
                table.donors().stream().filter(RatedDonor::isSuitable).toList(),
                width);
        append(
                text,
                "NOT SUITABLE",
                table.donors().stream().filter(donor -> !donor.isSuitable()).toList(),
                width);
        if (!table.notes().isEmpty()) {
            text.append("\nNOTES\n");
            table.notes()
                    .forEach(
                            note -> text.append("  ").append(Printable.of(note)).append('\n'));
        }
        return text.toString();
    }

    /** Returns {@code 3 candidates, 2 suitable; the best is db2:3306}. */
    static String verdict(DonorTable table) {
        long suitable = table.donors().stream().filter(RatedDonor::isSuitable).count();
        int all = table.donors().size();
        return all
                + (all == 1 ? " candidate, " : " candidates, ")
                + table.best()
                        .map(best -> suitable + " suitable; the best is "
                                + Printable.of(best.address().toString()))
                        .orElse("none suitable");
    }

    private static void append(StringBuilder text, String heading, List<RatedDonor> donors, int width) {
        if (donors.isEmpty()) {
            return;
        }
        text.append('\n').append(heading).append('\n');
        for (RatedDonor donor : donors) {
            text.append(String.format("%5d  ", donor.score()))
                    .append(Printable.of(donor.address().toString()))
                    .append(" ".repeat(width - donor.address().toString().length()))
                    .append("  ")
                    .append(Printable.of(description(donor.candidate())))
                    .append('\n');
            donor.obstacles().forEach(obstacle -> append(text, obstacle));
            if (!donor.reasons().isEmpty()) {
                text.append(INDENT)
                        .append(Printable.of(String.join(", ", donor.reasons())))
                        .append('\n');
            }
        }
    }

    private static void append(StringBuilder text, Obstacle obstacle) {
        text.append(INDENT)
                .append("not suitable: ")
                .append(Printable.of(obstacle.text()))
                .append('\n');
        if (!obstacle.remedy().isEmpty()) {
            text.append(INDENT)
                    .append("  > ")
                    .append(Printable.of(obstacle.remedy()))
                    .append('\n');
        }
    }

    private static String description(Candidate candidate) {
        String origin = candidate.origin() == DonorFacts.Origin.GIVEN
                ? "given"
                : "found as " + candidate.origin().title();
        return candidate
                        .facts()
                        .map(facts -> facts.role().title()
                                + facts.memberState()
                                        .map(state -> " (" + state + ")")
                                        .orElse("")
                                + ", MySQL " + facts.version().text() + ", ")
                        .orElse("")
                + origin;
    }
}

package org.jclone.cli.output;

import java.util.List;
import java.util.stream.Collectors;
import org.jclone.protocol.text.Printable;
import org.jclone.provision.donor.DonorEvent;
import org.jclone.provision.donor.FailureClass;
import org.jclone.provision.donor.RatedDonor;

/** What happens to the choice of a donor, as lines of text. */
public final class DonorEventText {

    private DonorEventText() {}

    /** Returns one line or more. */
    public static List<String> lines(DonorEvent event) {
        return text(event).lines().map(Printable::of).toList();
    }

    private static String text(DonorEvent event) {
        if (event instanceof DonorEvent.Searched searched) {
            return DonorsText.verdict(searched.table())
                    + searched.table().donors().stream()
                            .filter(donor -> !donor.isSuitable())
                            .map(donor -> "\nnot suitable: " + donor.address() + ", " + why(donor))
                            .collect(Collectors.joining());
        }
        if (event instanceof DonorEvent.Chosen chosen) {
            return "cloning " + chosen.donor().address() + ": " + chosen.why();
        }
        if (event instanceof DonorEvent.Failed failed) {
            return failed.donor() + " failed (" + failed.failure().code() + "), " + consequence(failed.then()) + ": "
                    + failed.failure().getMessage();
        }
        if (event instanceof DonorEvent.Waiting waiting) {
            return "waiting for a donor, " + waiting.waited().toSeconds() + " s of "
                    + waiting.limit().toSeconds() + " s: "
                    + waiting.busy().stream()
                            .map(donor -> donor.address() + (donor.isSuitable() ? "" : ", " + why(donor)))
                            .collect(Collectors.joining("; "));
        }
        DonorEvent.RoundEnded ended = (DonorEvent.RoundEnded) event;
        return "round " + ended.round() + " of " + ended.rounds() + " is over, the next one begins in "
                + ended.pause().toSeconds() + " s";
    }

    private static String why(RatedDonor donor) {
        return donor.obstacles().get(0).text();
    }

    private static String consequence(FailureClass then) {
        return switch (then) {
            case SAME_DONOR -> "trying to resume";
            case NEXT_DONOR -> "another donor is next";
            case DROP_DONOR -> "this donor is not tried again";
            case GIVE_UP -> "every donor would fail in the same way";
        };
    }
}

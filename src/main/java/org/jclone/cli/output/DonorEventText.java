package org.jclone.cli.output;

import java.util.List;
import java.util.stream.Collectors;
import org.jclone.protocol.text.Printable;
import org.jclone.provision.donor.DonorEvent;
import org.jclone.provision.donor.FailureClass;
import org.jclone.provision.donor.RatedDonor;

/** What happens to the choice of a donor, as lines of text. */
public final class DonorEventText {

    private static final DonorEvent.Handler<String> TEXT = new DonorEvent.Handler<>() {

        @Override
        public String onSearched(DonorEvent.Searched event) {
            return DonorsText.verdict(event.table())
                    + event.table().donors().stream()
                            .filter(donor -> !donor.isSuitable())
                            .map(donor -> "\nnot suitable: " + donor.address() + ", " + why(donor))
                            .collect(Collectors.joining());
        }

        @Override
        public String onChosen(DonorEvent.Chosen event) {
            return "cloning " + event.donor().address() + ": " + event.why();
        }

        @Override
        public String onFailed(DonorEvent.Failed event) {
            return event.donor() + " failed (" + event.failure().code() + "), " + consequence(event.then()) + ": "
                    + event.failure().getMessage();
        }

        @Override
        public String onWaiting(DonorEvent.Waiting event) {
            return "waiting for a donor, " + event.waited().toSeconds() + " s of "
                    + event.limit().toSeconds() + " s: "
                    + event.busy().stream()
                            .map(donor -> donor.address() + (donor.isSuitable() ? "" : ", " + why(donor)))
                            .collect(Collectors.joining("; "));
        }

        @Override
        public String onRoundEnded(DonorEvent.RoundEnded event) {
            return "round " + event.round() + " of " + event.rounds() + " is over, the next one begins in "
                    + event.pause().toSeconds() + " s";
        }
    };

    private DonorEventText() {}

    /** Returns one line or more. */
    public static List<String> lines(DonorEvent event) {
        return event.accept(TEXT).lines().map(Printable::of).toList();
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

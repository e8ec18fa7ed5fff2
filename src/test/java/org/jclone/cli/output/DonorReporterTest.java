package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.donor.Candidate;
import org.jclone.provision.donor.DonorEvent;
import org.jclone.provision.donor.DonorFacts;
import org.jclone.provision.donor.FailureClass;
import org.jclone.provision.donor.Obstacle;
import org.jclone.provision.donor.RatedDonor;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class DonorReporterTest {

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final ByteArrayOutputStream json = new ByteArrayOutputStream();
    private final DonorReporter reporter = new DonorReporter(
            new Screen(new PrintStream(screen, true, StandardCharsets.UTF_8)),
            Optional.of(new PrintStream(json, true, StandardCharsets.UTF_8)));

    private void report(DonorEvent event, String text, String object) {
        screen.reset();
        json.reset();
        reporter.onEvent(event);
        assertThat(screen.toString(StandardCharsets.UTF_8)).isEqualTo(text + "\n");
        assertThat(json.toString(StandardCharsets.UTF_8)).isEqualTo(object + "\n");
    }

    private static RatedDonor donor(Obstacle... obstacles) {
        Candidate candidate = new Candidate(
                new DonorAddress("db1", 3306), DonorFacts.Origin.GIVEN, Optional.empty(), List.of(obstacles));
        return new RatedDonor(candidate, List.of(obstacles), 0, List.of());
    }

    @Test
    void showsTheBusyDonorsAndHowLongItWaits() {
        Obstacle busy = new Obstacle("other clones: one runs", "", CloneErrorCode.DONOR_BUSY, true);
        report(
                new DonorEvent.Waiting(List.of(donor(busy)), Duration.ofSeconds(30), Duration.ofSeconds(600)),
                "waiting for a donor, 30 s of 600 s: db1:3306, other clones: one runs",
                "{\"type\":\"donorEvent\",\"event\":\"waiting\",\"busy\":[{\"donor\":\"db1:3306\",\"obstacles\":[{\"text\":"
                        + "\"other clones: one runs\",\"remedy\":\"\",\"code\":\"DONOR_BUSY\",\"mayPass\":true}]}],"
                        + "\"waitedSeconds\":30,\"limitSeconds\":600}");
    }

    @Test
    void showsWhatFollowsAFailure() {
        for (FailureClass then : FailureClass.values()) {
            reporter.onEvent(new DonorEvent.Failed(
                    new DonorAddress("db1", 3306),
                    new CloneException(CloneErrorCode.CONNECTION_LOST, "lost\nforged", "hint"),
                    then));
        }
        assertThat(screen.toString(StandardCharsets.UTF_8)).isEqualTo("""
                db1:3306 failed (CONNECTION_LOST), trying to resume: lost\\u000aforged
                db1:3306 failed (CONNECTION_LOST), another donor is next: lost\\u000aforged
                db1:3306 failed (CONNECTION_LOST), this donor is not tried again: lost\\u000aforged
                db1:3306 failed (CONNECTION_LOST), every donor would fail in the same way: lost\\u000aforged
                """);
    }

    @Test
    void showsChoicesAndRounds() {
        report(
                new DonorEvent.Chosen(donor(), "score 0"),
                "cloning db1:3306: score 0",
                "{\"type\":\"donorEvent\",\"event\":\"chosen\",\"donor\":\"db1:3306\",\"why\":\"score 0\"}");
        report(
                new DonorEvent.RoundEnded(2, 10, Duration.ofSeconds(60)),
                "round 2 of 10 is over, the next one begins in 60 s",
                "{\"type\":\"donorEvent\",\"event\":\"roundEnded\",\"round\":2,\"rounds\":10,\"pauseSeconds\":60}");
    }
}

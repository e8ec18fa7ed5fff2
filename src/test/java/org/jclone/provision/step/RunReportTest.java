package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.api.ChannelReport;
import org.jclone.provision.api.ChannelReport.Fate;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.Step;
import org.junit.jupiter.api.Test;

class RunReportTest {

    private final List<ProvisionEvent> events = new ArrayList<>();
    private final RunReport report = new RunReport(events::add);

    @Test
    void repeatsNotesAndWarningsWithTheirHints() {
        report.note("one");
        report.enter(Step.VERIFY);
        report.warn("two", "Do this.");
        report.warn("three", "");

        assertThat(events)
                .containsExactly(
                        new ProvisionEvent.Note(Step.PREPARE, "one"),
                        new ProvisionEvent.Warning(Step.VERIFY, "two", "Do this."),
                        new ProvisionEvent.Warning(Step.VERIFY, "three", ""));
        assertThat(report.remarks()).hasSize(3).first().isEqualTo("one");
        assertThat(report.remarks().get(1)).contains("two", "Do this.");
        assertThat(report.remarks().get(2)).isEqualTo("three");
    }

    private static ChannelReport channel(String name, Fate fate) {
        return new ChannelReport(
                name,
                "db0",
                3306,
                "repl",
                Optional.of(true),
                true,
                Optional.empty(),
                0,
                List.of(),
                List.of(),
                Optional.empty(),
                false,
                List.of(),
                fate);
    }

    @Test
    void replacesWhatItReportedOfAChannel() {
        report.found(channel("a", Fate.KEPT));
        report.found(channel("b", Fate.KEPT));
        report.found(channel("a", Fate.REMOVED));

        assertThat(events).hasSize(3);
        assertThat(report.channels()).containsExactly(channel("b", Fate.KEPT), channel("a", Fate.REMOVED));
    }

    @Test
    void keepsDecisionsAndWhatWasVerified() {
        report.decided("method", "GTID", Map.of("gtid_mode", "ON"));
        report.verified("the server answers");

        assertThat(report.decisions())
                .containsExactly(new ProvisionEvent.Decided(Step.PREPARE, "method", "GTID", Map.of("gtid_mode", "ON")));
        assertThat(events).isEqualTo(report.decisions());
        assertThat(report.verified()).containsExactly("the server answers");
    }
}

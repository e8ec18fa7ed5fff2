package org.jclone.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jclone.provision.api.PersistedReport;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.plan.ErrantChanges;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.provision.plan.Situation;
import org.jclone.provision.server.GtidSet;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class PlanJsonTest {

    private static final String SOURCE = "aaaaaaaa-0000-0000-0000-000000000000:";

    private static String json(Situation situation) {
        return PlanJson.of(new ProvisionPlan(
                        new DonorAddress("db1", 3306),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.of(true),
                        Optional.of(situation),
                        ErrantChanges.NONE,
                        RecoverySettings.DEFAULT,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        new PersistedReport(Set.of(), Set.of(), false),
                        List.of(),
                        List.of(),
                        List.of()))
                .toString();
    }

    private static Situation situation(Optional<GtidSet> target) {
        return new Situation(true, target, false, GtidSet.parse(SOURCE + "1-10"), GtidSet.EMPTY, true);
    }

    @Test
    void countsWhatTheTargetsServerLacks() {
        assertThat(json(situation(Optional.of(GtidSet.parse(SOURCE + "1-7")))))
                .contains("\"target\":\"" + SOURCE + "1-7\"")
                .contains("\"missing\":\"" + SOURCE + "8-10\"")
                .contains("\"missingTransactions\":3")
                .contains("\"errant\":\"\"");
    }

    /** What came with a clone is not in the logs, so counting would call it missing. */
    @Test
    void ofAStoppedTargetOnlyTheErrantTransactionsAreKnown() {
        assertThat(json(situation(Optional.empty()).withLogged(GtidSet.parse(SOURCE + "9-11"))))
                .contains("\"targetLogs\":\"" + SOURCE + "9-11\"")
                .contains("\"errant\":\"" + SOURCE + "11\"")
                .doesNotContain("missing");
    }
}

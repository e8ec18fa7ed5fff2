package org.jclone.provision.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jclone.provision.server.GtidSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTest {

    private static final String A = "aaaaaaaa-0000-0000-0000-000000000000:";
    private static final String B = "bbbbbbbb-0000-0000-0000-000000000000:";

    /** @param intervals of the source's UUID; 0 for none */
    private static GtidSet set(String intervals) {
        return intervals.equals("0") ? GtidSet.EMPTY : GtidSet.parse(A + intervals);
    }

    private static Situation situation(String target, String source, String purged) {
        return new Situation(true, Optional.of(set(target)), false, set(source), set(purged), true);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1-10, 0, NEW",
        "0, 1-10, 1-5, IRRECOVERABLE",
        "1-10, 1-10, 0, IDENTICAL",
        "1-10, 1-10, 1-10, IDENTICAL",
        "0, 0, 0, IDENTICAL",
        "1-5, 1-10, 1-5, RECOVERABLE",
        "1-4, 1-10, 1-5, IRRECOVERABLE",
        "1-11, 1-10, 0, DIVERGED",
    })
    void theStateIsThatOfMySqlShell(String target, String source, String purged, GtidState state) {
        assertThat(GtidState.of(set(target), set(source), set(purged))).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({
        "1-10, 0, AUTO, 100, INCREMENTAL",
        "1-5, 0, AUTO, 6, INCREMENTAL",
        "1-5, 0, AUTO, 5, CLONE",
        "1-5, 0, INCREMENTAL, 5, INCREMENTAL",
        "1-5, 0, CLONE, 100, CLONE",
        "1-5, 1-6, AUTO, 100, CLONE",
        "1-5, 1-6, INCREMENTAL, 100, REFUSE",
        "1-11, 0, AUTO, 100, REFUSE",
        "1-11, 0, CLONE, 100, REFUSE",
        "1-11, 0, INCREMENTAL, 100, REFUSE",
    })
    void whatIsMissingDecides(String target, String purged, RecoveryMethod wanted, long threshold, Decision.Way way) {
        assertThat(Decision.of(situation(target, "1-10", purged), wanted, threshold, GtidSet.EMPTY)
                        .way())
                .isEqualTo(way);
    }

    @Test
    void errantTransactionsAreDiscardedOnlyIfExactlyThoseAreNamed() {
        GtidSet errant = GtidSet.parse(B + "1-2");
        Situation now =
                new Situation(true, Optional.of(set("1-9").union(errant)), false, set("1-10"), GtidSet.EMPTY, true);

        Decision refused = Decision.of(now, RecoveryMethod.AUTO, 100, GtidSet.parse(B + "1"));
        assertThat(refused.way()).isEqualTo(Decision.Way.REFUSE);
        assertThat(refused.reason()).contains("lacks: " + errant);

        assertThat(Decision.of(now, RecoveryMethod.AUTO, 100, errant).way()).isEqualTo(Decision.Way.CLONE);
        assertThat(Decision.of(now, RecoveryMethod.INCREMENTAL, 100, errant).way())
                .isEqualTo(Decision.Way.REFUSE);
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, true, AUTO, CLONE",
        "false, false, true, INCREMENTAL, REFUSE",
        "true, false, true, AUTO, CLONE",
        "true, false, true, INCREMENTAL, REFUSE",
        "true, true, false, AUTO, CLONE",
        "true, true, false, INCREMENTAL, REFUSE",
    })
    void withoutAnAnswerOfTheTargetOnlyACloneIsSafe(
            boolean hasData, boolean answers, boolean byGtid, RecoveryMethod wanted, Decision.Way way) {
        Situation now = new Situation(
                hasData,
                answers ? Optional.of(set("1-5")) : Optional.empty(),
                false,
                set("1-10"),
                GtidSet.EMPTY,
                byGtid);
        Decision decision = Decision.of(now, wanted, 100, GtidSet.EMPTY);
        assertThat(decision.way()).isEqualTo(way);
        assertThat(decision.state()).isEmpty();
    }

    /** Of a stopped server only the logged transactions are known, so what it lacks is not. */
    @ParameterizedTest
    @CsvSource({
        "1-5, 0, CLONE, ",
        "1-11, 0, REFUSE, DIVERGED",
        "1-11, 11, CLONE, DIVERGED",
        "1-11, 12, REFUSE, DIVERGED",
    })
    void aStoppedServerMayHaveDiverged(String logged, String discarded, Decision.Way way, GtidState state) {
        Situation now = situation("0", "1-10", "0").withLogged(set(logged));
        assertThat(now.missingTransactions()).isEmpty();
        Decision decision = Decision.ofStopped(now, RecoveryMethod.AUTO, set(discarded));
        assertThat(decision.way()).isEqualTo(way);
        assertThat(decision.state()).isEqualTo(Optional.ofNullable(state));
    }
}

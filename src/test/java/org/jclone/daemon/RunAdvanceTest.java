package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jclone.daemon.api.RunProgress;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneProgress;
import org.junit.jupiter.api.Test;

class RunAdvanceTest {

    private static final Instant NOW = Instant.parse("2026-11-30T05:53:26Z");
    private static final CloneProgress COPY =
            new CloneProgress(List.of(), Optional.empty(), 4, 100, 101, Optional.empty());

    private final AtomicLong nanos = new AtomicLong(-7);
    private final RunAdvance advance = new RunAdvance(nanos::get);

    private void pass(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private RunProgress progress() {
        return advance.progress("id", NOW, Step.CLONE, OptionalLong.of(1000), 50);
    }

    @Test
    void countsFromTheBeginOfARunOrAStep() {
        pass(3);
        assertThat(advance.since()).isEqualTo(Duration.ofSeconds(3));
        advance.began();
        assertThat(advance.since()).isZero();
    }

    @Test
    void aCopyAdvancesOnlyIfBytesArrive() {
        pass(3);
        assertThat(advance.copied(COPY, 0)).isFalse();
        assertThat(advance.since()).isEqualTo(Duration.ofSeconds(3));
        assertThat(advance.copied(COPY, 10)).isTrue();
        assertThat(advance.since()).isZero();
        pass(2);
        assertThat(advance.copied(COPY, 10)).isFalse();
        assertThat(advance.since()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aServerThatCatchesUpKnowsItselfWhenItAdvanced() {
        pass(60);
        advance.behind(new ProvisionEvent.CatchingUp(5, Duration.ofSeconds(20), Optional.of(Duration.ofSeconds(9))));
        assertThat(advance.since()).isEqualTo(Duration.ofSeconds(20));
        assertThat(progress().missingTransactions()).hasValue(5);
        assertThat(progress().replicationLag()).contains(Duration.ofSeconds(9));
    }

    @Test
    void whatIsUnknownIsNotShown() {
        assertThat(progress())
                .isEqualTo(new RunProgress(
                        "id",
                        NOW,
                        Step.CLONE,
                        Optional.empty(),
                        OptionalLong.of(1000),
                        OptionalLong.empty(),
                        Optional.empty(),
                        Duration.ZERO,
                        50));
        advance.behind(new ProvisionEvent.CatchingUp(-1, Duration.ZERO, Optional.empty()));
        assertThat(progress().missingTransactions()).isEmpty();
    }

    @Test
    void showsTheLatestCopyEvenIfItStandsStill() {
        advance.copied(COPY, 10);
        CloneProgress later = new CloneProgress(List.of(), Optional.empty(), 1, 0, 0, Optional.empty());
        advance.copied(later, 10);
        assertThat(progress().copy()).contains(later);
    }
}

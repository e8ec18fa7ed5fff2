package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.api.StepStatus;
import org.jclone.provision.api.Step;
import org.junit.jupiter.api.Test;

class RunStepsTest {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final RunSteps steps = new RunSteps();

    private static Instant at(int second) {
        return BEGIN.plusSeconds(second);
    }

    @Test
    void followEachOther() {
        steps.addEarlier(List.of(new StepStatus(Step.PREPARE, at(0), Optional.of(at(1)), true, false)));
        steps.began(Step.CLONE, at(2), true);
        steps.done(at(3));
        steps.began(Step.STOP, at(4), false);
        assertThat(steps.all())
                .containsExactly(
                        new StepStatus(Step.PREPARE, at(0), Optional.of(at(1)), true, false),
                        new StepStatus(Step.CLONE, at(2), Optional.of(at(3)), true, true),
                        new StepStatus(Step.STOP, at(4), Optional.empty(), false, false));
    }

    @Test
    void theStepInWhichARunEndsIsNotDone() {
        steps.began(Step.CLONE, at(2), false);
        steps.over(at(5));
        StepStatus ended = new StepStatus(Step.CLONE, at(2), Optional.of(at(5)), false, false);
        assertThat(steps.all()).containsExactly(ended);

        steps.over(at(9));
        assertThat(steps.all()).containsExactly(ended);
    }

    @Test
    void aRunMayEndBeforeItsFirstStep() {
        steps.over(at(1));
        assertThat(steps.all()).isEmpty();
    }
}

package org.jclone.daemon;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.api.StepStatus;
import org.jclone.provision.api.Step;

/** The steps of a run, those of earlier processes included, with their times. At most the last one has no end. */
final class RunSteps {

    private final List<StepStatus> steps = new ArrayList<>();

    /** Adds the steps of earlier processes. */
    void addEarlier(List<StepStatus> earlier) {
        steps.addAll(earlier);
    }

    void began(Step step, Instant at, boolean isRepeated) {
        steps.add(new StepStatus(step, at, Optional.empty(), false, isRepeated));
    }

    /** Records that the latest step is done. */
    void done(Instant at) {
        end(at, true);
    }

    /** Records that the run ends. A step that failed or was stopped ends with it. */
    void over(Instant at) {
        if (!steps.isEmpty() && last().endedAt().isEmpty()) {
            end(at, false);
        }
    }

    private void end(Instant at, boolean isDone) {
        StepStatus open = last();
        steps.set(
                steps.size() - 1,
                new StepStatus(open.step(), open.beganAt(), Optional.of(at), isDone, open.isRepeated()));
    }

    private StepStatus last() {
        return steps.get(steps.size() - 1);
    }

    List<StepStatus> all() {
        return List.copyOf(steps);
    }
}

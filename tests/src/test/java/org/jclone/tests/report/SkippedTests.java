package org.jclone.tests.report;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints the name of every skipped test, with the reason, at the end of a run. */
public final class SkippedTests implements TestExecutionListener {

    private final Map<String, String> reasons = new ConcurrentSkipListMap<>();
    private volatile TestPlan plan;

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
        plan = testPlan;
    }

    @Override
    public void executionSkipped(TestIdentifier skipped, String reason) {
        if (plan.getChildren(skipped).isEmpty()) {
            reasons.put(name(skipped), reason);
        } else {
            plan.getChildren(skipped).forEach(child -> executionSkipped(child, reason));
        }
    }

    @Override
    public void executionFinished(TestIdentifier finished, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            reasons.put(
                    name(finished),
                    result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan testPlan) {
        reasons.forEach((name, reason) -> System.out.println("SKIPPED " + name + ": " + reason));
    }

    /** Names of the containers of a test, from its class down. */
    private String name(TestIdentifier test) {
        return plan.getParent(test)
                .filter(parent -> parent.getParentId().isPresent())
                .map(parent -> name(parent) + " > " + test.getDisplayName())
                .orElse(test.getDisplayName());
    }
}

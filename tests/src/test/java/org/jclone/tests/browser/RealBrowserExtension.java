package org.jclone.tests.browser;

import java.util.Optional;
import org.jclone.tests.server.Requirement;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Implements {@link RealBrowser}. */
final class RealBrowserExtension implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<String> missing = Browser.missing();
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("chromium");
        }
        Requirement.failOnCi(missing.get());
        return ConditionEvaluationResult.disabled(missing.get());
    }
}

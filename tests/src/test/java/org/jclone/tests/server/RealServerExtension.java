package org.jclone.tests.server;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Implements {@link RealServer}: finds servers once per run, and removes them at its end. */
final class RealServerExtension implements ExecutionCondition, ParameterResolver, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(RealServerExtension.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        ServerSearch search = search(context);
        if (search.host().isPresent()) {
            return ConditionEvaluationResult.enabled(search.host().get().description());
        }
        Requirement.failOnCi(search.reasons());
        return ConditionEvaluationResult.disabled(search.reasons());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Servers.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return servers(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        servers(context).removeScratch();
    }

    private static Servers servers(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        Servers.class, key -> new Servers(search(context).host().orElseThrow()), Servers.class);
    }

    private static ServerSearch search(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(ServerSearch.class, key -> ServerSearch.run(), ServerSearch.class);
    }
}

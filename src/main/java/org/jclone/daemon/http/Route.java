package org.jclone.daemon.http;

import java.util.Optional;

/**
 * One line of the table of routes.
 *
 * @param template a path, with names of parameters in braces: {@code /v1/runs/{run}}
 * @param role what the caller must have; empty if the route is open to everyone
 * @param isImmediate whether the handler takes no time at all; then it runs even if all threads for handlers are busy
 */
public record Route(Method method, String template, Optional<Role> role, boolean isImmediate, Handler handler) {

    /** Answers requests. May take its time. */
    @FunctionalInterface
    public interface Handler {
        Response handle(Request request) throws ProblemException;
    }

    /** Safe methods need {@link Role#READ}, others {@link Role#OPERATE}. */
    public static Route of(Method method, String template, Handler handler) {
        return new Route(method, template, Optional.of(method.isSafe() ? Role.READ : Role.OPERATE), false, handler);
    }

    /** A route that needs no credentials. */
    public static Route open(String template, Handler handler) {
        return new Route(Method.GET, template, Optional.empty(), false, handler);
    }

    /** An open route whose handler runs on the event loop. */
    public static Route immediate(String template, Handler handler) {
        return new Route(Method.GET, template, Optional.empty(), true, handler);
    }
}

package org.jclone.daemon.http;

import java.util.Optional;

/**
 * One line of the table of routes.
 *
 * @param template a path, with names of parameters in braces: {@code /v1/runs/{run}}
 * @param role what the caller must have; empty if the route is open to everyone
 * @param isImmediate whether the handler returns at once, and so can run even if all threads for handlers are busy
 * @param takesForm whether the body is that of a form, not JSON
 * @param refusal how the route presents a problem
 */
public record Route(
        Method method,
        String template,
        Optional<Role> role,
        boolean isImmediate,
        boolean takesForm,
        Refusal refusal,
        Handler handler) {

    /** Answers requests. May block. */
    @FunctionalInterface
    public interface Handler {
        Response handle(Request request) throws ProblemException;
    }

    /** Makes the response to a failed request. */
    @FunctionalInterface
    public interface Refusal {

        Refusal AS_JSON = (problem, path) -> problem.response();

        /** @param path of the request */
        Response.Full tell(Problem problem, String path);
    }

    /** Safe methods need {@link Role#READ}, others {@link Role#OPERATE}. */
    public static Route of(Method method, String template, Handler handler) {
        Role role = method.isSafe() ? Role.READ : Role.OPERATE;
        return new Route(method, template, Optional.of(role), false, false, Refusal.AS_JSON, handler);
    }

    /** A route that needs no credentials. */
    public static Route open(String template, Handler handler) {
        return new Route(Method.GET, template, Optional.empty(), false, false, Refusal.AS_JSON, handler);
    }

    /** An open route whose handler runs on the event loop. */
    public static Route immediate(String template, Handler handler) {
        return new Route(Method.GET, template, Optional.empty(), true, false, Refusal.AS_JSON, handler);
    }

    /** A page for people, whose problems are pages, too. */
    public static Route page(String template, Handler handler, Refusal refusal) {
        return new Route(Method.GET, template, Optional.of(Role.READ), false, false, refusal, handler);
    }

    /** An open route that takes a form. */
    public static Route form(String template, Handler handler, Refusal refusal) {
        return new Route(Method.POST, template, Optional.empty(), false, true, refusal, handler);
    }
}

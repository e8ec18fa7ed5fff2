package org.jclone.daemon.http;

/** Ends a request with a {@link Problem}. */
public final class ProblemException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient Response.Full response;

    public ProblemException(Problem problem) {
        this(problem, problem.response());
    }

    private ProblemException(Problem problem, Response.Full response) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.response = response;
    }

    public Problem problem() {
        return problem;
    }

    Response.Full response() {
        return response;
    }

    /** Returns the problem with the response that a route makes of it. */
    ProblemException told(Route.Refusal refusal, String path) {
        return new ProblemException(problem, refusal.tell(problem, path));
    }
}

package org.jclone.daemon.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.api.DaemonStatus;
import org.jclone.daemon.api.ReloadReport;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.StartedRun;
import org.jclone.daemon.api.ThrottleChange;
import org.jclone.daemon.http.Method;
import org.jclone.daemon.http.Problem;
import org.jclone.daemon.http.ProblemException;
import org.jclone.daemon.http.Request;
import org.jclone.daemon.http.Response;
import org.jclone.daemon.http.Route;
import org.jclone.daemon.http.Router;
import org.jclone.json.DonorsJson;
import org.jclone.json.JsonObject;
import org.jclone.json.PlanJson;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneException;

/** The routes of the daemon. {@code openapi.json} describes them for programs, {@code docs/api.md} for people. */
public final class Api {

    /** The largest number of requests at a time that query servers and may take a minute; others need threads, too. */
    private static final int SLOW_REQUESTS = 3;

    private static final int DEFAULT_EVENTS = 1000;
    private static final int MAX_EVENTS = 10_000;

    private final DaemonService service;
    private final Supplier<String> metrics;
    private final String openApi = resource("openapi.json");
    private final Semaphore slow = new Semaphore(SLOW_REQUESTS);

    /** @param metrics in the text format of Prometheus */
    public Api(DaemonService service, Supplier<String> metrics) {
        this.service = service;
        this.metrics = metrics;
    }

    /** A handler that asks the daemon. */
    @FunctionalInterface
    private interface Call {
        Response answer(Request request) throws CloneException, ProblemException;
    }

    public Router router() {
        return new Router(List.of(
                // Whether a thread of the server answers, and nothing else: a probe must not end a long clone.
                Route.immediate("/livez", request -> text(200, "ok\n")),
                Route.open("/readyz", call(request -> ready())),
                Route.of(
                        Method.GET,
                        "/metrics",
                        request -> Response.of(200, "text/plain; version=0.0.4; charset=utf-8", metrics.get())),
                Route.of(Method.GET, "/v1/openapi.json", request -> Response.of(200, "application/json", openApi)),
                get("/v1/status", request -> DaemonJson.of(service.status())),
                post("/v1/reload", this::reload),
                get("/v1/targets", request -> targets()),
                get("/v1/targets/{target}", request -> DaemonJson.of(service.target(request.parameter("target")))),
                Route.of(
                        Method.GET,
                        "/v1/targets/{target}/donors",
                        slow(request -> DonorsJson.of(service.donors(request.parameter("target"))))),
                Route.of(
                        Method.GET,
                        "/v1/targets/{target}/plan",
                        slow(request -> PlanJson.of(service.plan(request.parameter("target"))))),
                post("/v1/targets/{target}/runs", this::start),
                get("/v1/runs", this::runs),
                get("/v1/runs/{run}", request -> RunJson.of(service.run(request.parameter("run")))),
                Route.of(Method.GET, "/v1/runs/{run}/events", call(this::events)),
                post("/v1/runs/{run}/cancel", this::cancel),
                post("/v1/runs/{run}/retry", this::retry),
                get("/v1/throttle", request -> DaemonJson.of(service.throttle())),
                Route.of(Method.PATCH, "/v1/throttle", call(this::throttle))));
    }

    /** Returns the body of a response with status 200. */
    @FunctionalInterface
    private interface Question {
        JsonObject answer(Request request) throws CloneException, ProblemException;
    }

    private static Route get(String template, Question question) {
        return Route.of(Method.GET, template, call(request -> Response.json(200, question.answer(request))));
    }

    private static Route post(String template, Call handler) {
        return Route.of(Method.POST, template, call(handler));
    }

    private static Route.Handler call(Call call) {
        return request -> {
            try {
                return call.answer(request);
            } catch (CloneException e) {
                throw Refusals.of(e);
            }
        };
    }

    private Route.Handler slow(Question question) {
        return request -> {
            if (!slow.tryAcquire()) {
                throw Problem.Kind.UNAVAILABLE.exception(SLOW_REQUESTS + " requests ask servers already");
            }
            try {
                return call(each -> Response.json(200, question.answer(each))).handle(request);
            } finally {
                slow.release();
            }
        };
    }

    private static Response text(int status, String text) {
        return Response.of(status, "text/plain; charset=utf-8", text);
    }

    private Response ready() {
        DaemonStatus.State state = service.status().state();
        return switch (state) {
            case READY, RELOADING -> text(200, "ok\n");
            case STARTING, STOPPING -> text(503, state.name() + '\n');
        };
    }

    private JsonObject targets() {
        return new JsonObject()
                .put("targets", service.targets().stream().map(DaemonJson::of).toList());
    }

    private Response reload(Request request) throws ProblemException {
        Values.ofBody(request);
        ReloadReport report = service.reload(request.caller().name());
        if (!report.applied()) {
            throw Problem.Kind.INVALID.exception(
                    "the configuration has faults: " + String.join("; ", report.faults()),
                    "Correct the file, and check it with jclone daemon --check-config. The daemon keeps its configuration.");
        }
        return Response.json(200, DaemonJson.of(report));
    }

    private Response start(Request request) throws CloneException, ProblemException {
        Values body = Values.ofBody(request, "action", "priority");
        RunOrder order;
        try {
            order = new RunOrder(
                    request.parameter("target"),
                    body.word("action", RunOrder.Action.class).orElse(RunOrder.Action.PROVISION),
                    (int) Math.max(-1000, Math.min(1000, body.number("priority").orElse(0L))),
                    request.header("idempotency-key"),
                    request.caller().name());
        } catch (IllegalArgumentException e) {
            throw Problem.Kind.INVALID.exception(e.getMessage());
        }
        return accepted(service.start(order));
    }

    private Response retry(Request request) throws CloneException, ProblemException {
        Values.ofBody(request);
        try {
            return accepted(service.retry(
                    request.parameter("run"),
                    request.header("idempotency-key"),
                    request.caller().name()));
        } catch (IllegalArgumentException e) { // the key
            throw Problem.Kind.INVALID.exception(e.getMessage());
        }
    }

    private static Response.Full accepted(StartedRun started) {
        return Response.json(202, RunJson.of(started.run()).put("new", started.isNew()))
                .with("Location", "/v1/runs/" + started.run().id());
    }

    private Response cancel(Request request) throws CloneException, ProblemException {
        CancelMode mode =
                Values.ofBody(request, "mode").word("mode", CancelMode.class).orElse(CancelMode.RESUMABLE);
        RunStatus run =
                service.cancel(request.parameter("run"), mode, request.caller().name());
        return Response.json(202, RunJson.of(run));
    }

    private JsonObject runs(Request request) throws CloneException, ProblemException {
        Values query = Values.ofQuery(request, "active", "target", "state", "since", "until", "before", "limit");
        if (query.is("active")) {
            return new JsonObject()
                    .put("runs", service.active().stream().map(RunJson::of).toList())
                    .put("next", Optional.empty());
        }
        Set<RunStatus.State> states = new HashSet<>();
        for (String state : query.all("state")) {
            states.add(Values.word("state", state, RunStatus.State.class));
        }
        long limit = query.number("limit").orElse((long) RunQuery.DEFAULT_LIMIT);
        if (limit < 1 || limit > RunQuery.MAX_LIMIT) {
            throw Problem.Kind.INVALID.exception("limit: " + limit + " (expected: 1 to " + RunQuery.MAX_LIMIT + ')');
        }
        return RunJson.of(service.runs(new RunQuery(
                query.text("target"), states, query.time("since"), query.time("until"), query.text("before"), (int)
                        limit)));
    }

    /** Returns a stream to a caller that accepts one, otherwise a page of events. */
    private Response events(Request request) throws CloneException, ProblemException {
        Values query = Values.ofQuery(request, "after", "limit");
        long after = query.number("after").orElse(0L);
        String run = request.parameter("run");
        if (wantsStream(request.header("accept").orElse(""))) {
            return new Response.Events(
                    new RunFeed(service, run, lastEventId(request).orElse(after)));
        }
        long limit = query.number("limit").orElse((long) DEFAULT_EVENTS);
        if (limit < 1 || limit > MAX_EVENTS) {
            throw Problem.Kind.INVALID.exception("limit: " + limit + " (expected: 1 to " + MAX_EVENTS + ')');
        }
        service.run(run); // refuses an unknown run, which is not a run without events
        return Response.json(200, RunJson.of(service.events(run, after, (int) limit)));
    }

    /** Generated clients accept all types that openapi.json names, and understand the first. */
    private static boolean wantsStream(String accept) {
        int stream = accept.indexOf("text/event-stream");
        int page = accept.indexOf("application/json");
        return stream >= 0 && (page < 0 || stream < page);
    }

    private static Optional<Long> lastEventId(Request request) throws ProblemException {
        try {
            return request.header("last-event-id").map(Long::valueOf);
        } catch (NumberFormatException e) {
            throw Problem.Kind.INVALID.exception("Last-Event-ID: a number is expected");
        }
    }

    private Response throttle(Request request) throws CloneException, ProblemException {
        Values body = Values.ofBody(request, "dataMiBPerSecond", "networkMiBPerSecond", "until", "reset");
        Optional<Long> data = body.number("dataMiBPerSecond");
        Optional<Long> network = body.number("networkMiBPerSecond");
        Optional<Instant> until = body.time("until");
        boolean reset = body.is("reset");
        if (reset == (data.isPresent() || network.isPresent())) {
            throw Problem.Kind.INVALID.exception("either limits or \"reset\": true are expected");
        }
        try {
            // The range of both.
            new BandwidthLimits(data.orElse(0L), network.orElse(0L));
            ThrottleChange change = new ThrottleChange(optional(data), optional(network), until);
            return Response.json(
                    200,
                    DaemonJson.of(service.setThrottle(change, request.caller().name())));
        } catch (IllegalArgumentException e) {
            throw Problem.Kind.INVALID.exception(e.getMessage());
        }
    }

    private static OptionalLong optional(Optional<Long> number) {
        return number.map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    static String resource(String name) {
        try (InputStream in = Api.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a file of the jar
        }
    }
}

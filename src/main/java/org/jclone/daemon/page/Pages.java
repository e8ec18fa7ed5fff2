package org.jclone.daemon.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.daemon.access.BrowserSessions;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.TargetStatus;
import org.jclone.daemon.http.Caller;
import org.jclone.daemon.http.Problem;
import org.jclone.daemon.http.ProblemException;
import org.jclone.daemon.http.Request;
import org.jclone.daemon.http.Response;
import org.jclone.daemon.http.Role;
import org.jclone.daemon.http.Route;
import org.jclone.daemon.http.SessionCookie;

/** The routes of the daemon's page: the page itself, its files, the streams that update it, and signing in. */
public final class Pages implements AutoCloseable {

    static final String SIGN_IN = "/session";
    static final String SIGN_OUT = "/session/end";

    private final DaemonService service;
    private final BrowserSessions sessions;
    private final InstantSource clock;
    private final Layout layout;
    private final OverviewReader overview;
    private final Pulse pulse = new Pulse();

    /** @param machine the host's name; empty if it is not known */
    public Pages(DaemonService service, BrowserSessions sessions, String machine, InstantSource clock) {
        this.service = service;
        this.sessions = sessions;
        this.clock = clock;
        this.layout = new Layout(service.status().version(), machine);
        this.overview = new OverviewReader(service, clock);
    }

    public List<Route> routes() {
        return List.of(
                page("/", this::overview),
                page("/history", this::history),
                page("/runs/{run}", this::run),
                page(
                        "/live",
                        request -> live(() ->
                                OverviewPage.picture(overview.read(), clock.instant(), operates(request.caller())))),
                page("/runs/{run}/live", this::liveRun),
                file(Layout.STYLE, "text/css; charset=utf-8"),
                file(Layout.SCRIPT, "text/javascript; charset=utf-8"),
                file(Layout.ICON, "image/svg+xml"),
                Route.form(SIGN_IN, this::signIn, this::tell),
                Route.form(SIGN_OUT, Pages::signOut, this::tell));
    }

    /** Asks the daemon, and shows the answer. */
    @FunctionalInterface
    private interface View {
        Response show(Request request) throws DaemonException, ProblemException;
    }

    private Route page(String template, View view) {
        return Route.page(
                template,
                request -> {
                    try {
                        return view.show(request);
                    } catch (DaemonException e) {
                        throw problem(e);
                    }
                },
                this::tell);
    }

    private Response.Full tell(Problem problem, String path) {
        Response.Full page = layout.response(problem.status(), SignInPage.of(problem, path));
        for (Map.Entry<String, String> header : problem.headers().entrySet()) {
            page = page.with(header.getKey(), header.getValue());
        }
        return page;
    }

    private static ProblemException problem(DaemonException e) {
        Problem.Kind kind = switch (e.kind()) {
            case NOT_FOUND -> Problem.Kind.NOT_FOUND;
            case CONFLICT -> Problem.Kind.CONFLICT;
            case INVALID -> Problem.Kind.INVALID;
            case UNAVAILABLE -> Problem.Kind.UNAVAILABLE;
        };
        return kind.exception(String.valueOf(e.getMessage()), e.hint());
    }

    private static Route file(String path, String type) {
        String content = resource(path.substring(path.lastIndexOf('/') + 1));
        return Route.immediate(path, request -> Layout.file(type, content));
    }

    static boolean operates(Caller caller) {
        return caller.role().includes(Role.OPERATE);
    }

    private Response show(Request request, Picture picture, String path, String live, List<Html> content) {
        List<Html> all = new ArrayList<>(content);
        if (operates(request.caller())) {
            all.addAll(Dialogs.all());
        }
        return layout.response(
                200,
                new Layout.Page(
                        picture.title(),
                        path,
                        picture.isOver() ? Optional.empty() : Optional.of(live),
                        Optional.of(request.caller()),
                        SessionCookie.of(request).isPresent(),
                        all));
    }

    private Response overview(Request request) throws DaemonException {
        Picture picture = OverviewPage.picture(overview.read(), clock.instant(), operates(request.caller()));
        List<Html> content = new ArrayList<>(List.of(Html.of("h1", "Overview").classed("unseen")));
        content.addAll(picture.regions().values());
        return show(request, picture, "/", "/live", content);
    }

    private Response history(Request request) throws DaemonException, ProblemException {
        RunQuery query = new RunQuery(
                value(request, "target"),
                states(request),
                Optional.empty(),
                Optional.empty(),
                value(request, "before"),
                RunQuery.DEFAULT_LIMIT);
        List<String> targets =
                service.targets().stream().map(TargetStatus::name).toList();
        return layout.response(
                200,
                new Layout.Page(
                        "History",
                        "/history",
                        Optional.empty(),
                        Optional.of(request.caller()),
                        SessionCookie.of(request).isPresent(),
                        List.of(HistoryPage.content(query, service.runs(query), targets))));
    }

    /** A form sends an empty value for "all". */
    private static Optional<String> value(Request request, String name) {
        return request.query().getOrDefault(name, List.of()).stream()
                .findFirst()
                .filter(text -> !text.isEmpty());
    }

    private static Set<RunStatus.State> states(Request request) throws ProblemException {
        Optional<String> given = value(request, "state");
        if (given.isEmpty()) {
            return Set.of();
        }
        try {
            return EnumSet.of(RunStatus.State.valueOf(given.get()));
        } catch (IllegalArgumentException e) {
            throw Problem.Kind.INVALID.exception("no such state of a run: " + given.get());
        }
    }

    private Response run(Request request) throws DaemonException {
        String run = request.parameter("run");
        RunCamera camera = new RunCamera(service, clock, run, 0);
        Picture picture = camera.take(operates(request.caller()));
        List<Html> content = new ArrayList<>(picture.regions().values());
        content.add(RunPage.timeline(picture.news(), camera.omitted(), run));
        String path = "/runs/" + run;
        return show(request, picture, path, path + "/live?after=" + camera.lastEvent(), content);
    }

    private Response liveRun(Request request) throws ProblemException {
        long after;
        try {
            after = Long.parseLong(request.header("last-event-id")
                    .or(() -> value(request, "after"))
                    .orElse("0"));
        } catch (NumberFormatException e) {
            throw Problem.Kind.INVALID.exception("the number of an event is expected");
        }
        RunCamera camera = new RunCamera(service, clock, request.parameter("run"), after);
        boolean operates = operates(request.caller());
        return live(() -> camera.take(operates));
    }

    /** Takes pictures, and may be refused by the daemon. */
    @FunctionalInterface
    private interface Shot {
        Picture take() throws DaemonException;
    }

    private Response live(Shot shot) {
        return new Response.Events(new PictureFeed(
                () -> {
                    try {
                        return shot.take();
                    } catch (DaemonException e) {
                        throw problem(e);
                    }
                },
                pulse,
                layout.edition(),
                layout.suffix()));
    }

    private Response signIn(Request request) throws ProblemException {
        String token = field(request, "token");
        String path = field(request, "path");
        boolean isOurs = path.matches("/[A-Za-z0-9/_-]*") && !path.startsWith("//");
        Optional<String> session = sessions.begin(token);
        if (session.isEmpty()) {
            return layout.response(
                    401, SignInPage.form(Optional.of("The token is not known. Nothing was changed."), path));
        }
        return Layout.redirect(isOurs ? path : "/")
                .with("Set-Cookie", SessionCookie.begin(request, session.get(), sessions.lifetime()));
    }

    private static String field(Request request, String name) throws ProblemException {
        return request.form().getOrDefault(name, List.of("")).get(0);
    }

    private static Response signOut(Request request) {
        return Layout.redirect("/").with("Set-Cookie", SessionCookie.end(request));
    }

    private static String resource(String name) {
        try (InputStream in = Pages.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a file of the jar
        }
    }

    @Override
    public void close() {
        pulse.close();
    }
}

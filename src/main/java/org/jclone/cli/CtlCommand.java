package org.jclone.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.OutputFormat;
import org.jclone.cli.option.ProgressStyle;
import org.jclone.cli.option.Range;
import org.jclone.cli.option.Since;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.DaemonText;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.HistoryText;
import org.jclone.cli.output.Screen;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.client.DaemonClient;
import org.jclone.daemon.client.JsonTree;
import org.jclone.daemon.client.RunReader;
import org.jclone.json.JsonObject;
import org.jclone.recipient.api.CloneException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jclone ctl}: asks the daemon through its socket. */
@Command(
        name = "ctl",
        customSynopsis = "jclone ctl ACTION [NAME] [OPTION...]",
        descriptionHeading = "%n",
        description = {
            "Ask the daemon, through its socket:%n",
            "  status            what it does",
            "  targets           the configured targets",
            "  donors TARGET     the donors of a target, with their scores",
            "  runs              the runs that have not ended",
            "  history [RUN]     all runs, the latest first; or one run with its steps and events",
            "  start TARGET      order a run; with --watch, follow it",
            "  watch RUN         follow a run to its end, and exit with its status",
            "  cancel RUN        stop a run; it can be continued, unless --for-good is given",
            "  retry RUN         order a run that continues an ended one",
            "  throttle          show the limits, or change those of all runs",
            "  reload            have the configuration read again"
        },
        preprocessor = ArgumentSpelling.class)
@Examples({
    "# Order a run of the target db3, and follow it.",
    "jclone ctl start db3 --watch",
    "# Show the runs of the last day that failed.",
    "jclone ctl history --failed --since=24h",
    "# Limit each run to 20 MiB per second.",
    "jclone ctl throttle --max-data-bandwidth=20"
})
final class CtlCommand implements Callable<Integer> {

    private static final int MAX_EVENTS = 10_000;
    private static final List<Path> USUAL_SOCKETS =
            List.of(Path.of("/run/jclone/jclone.sock"), Path.of("/var/lib/jclone/jclone.sock"));

    /** What the daemon is asked. */
    enum Action {
        STATUS(false),
        TARGETS(false),
        DONORS(true),
        RUNS(false),
        HISTORY(false),
        START(true),
        WATCH(true),
        CANCEL(true),
        RETRY(true),
        THROTTLE(false),
        RELOAD(false);

        private final boolean isNamed;

        Action(boolean isNamed) {
            this.isNamed = isNamed;
        }
    }

    private final ProgramContext context;
    private final Screen screen;

    @Parameters(index = "0", paramLabel = "ACTION", description = "What to ask; see above.")
    private Action action;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "A target, or the number of a run.")
    private String name;

    @Option(
            names = "--api-socket",
            paramLabel = "PATH",
            description = "The daemon's Unix socket. The default is /run/jclone/jclone.sock, else"
                    + " /var/lib/jclone/jclone.sock.")
    private Path socket;

    @Option(names = "--watch", description = "With start and retry: follow the run, and exit with its status.")
    private boolean watch;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "With start and retry: a name of this order. Repeating"
                    + " it with the same name begins no second run.")
    private String key;

    @Option(
            names = "--priority",
            paramLabel = "N",
            description = "With start: of several runs that wait, the one with the greatest number begins first.")
    @Range(min = -RunOrder.MAX_PRIORITY, max = RunOrder.MAX_PRIORITY)
    private int priority;

    @Option(names = "--rollback", description = "With start: put the old data back instead of provisioning.")
    private boolean rollBack;

    @Option(names = "--for-good", description = "With cancel: undo the run. The old data is put back.")
    private boolean forGood;

    @Option(names = "--target", paramLabel = "NAME", description = "With history: only runs of this target.")
    private String target;

    @Option(names = "--failed", description = "With history: only runs that failed.")
    private boolean failed;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "With history: only runs that were ordered since then, such as 2026-01-31, or 90m (s, h, d) ago.")
    private String since;

    @Option(names = "--limit", paramLabel = "N", description = "With history: the largest number of runs.")
    @Range(min = 1, max = RunQuery.MAX_LIMIT)
    private int limit = RunQuery.DEFAULT_LIMIT;

    @Option(
            names = "--max-data-bandwidth",
            paramLabel = "MIB",
            description = "With throttle: limit of file contents in MiB per second, for each run; 0 is no limit.")
    private Long dataLimit;

    @Option(
            names = "--max-network-bandwidth",
            paramLabel = "MIB",
            description = "With throttle: limit of bytes on the wire in MiB per second, for each run; 0 is no limit.")
    private Long networkLimit;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "With throttle: when the limits end, such as 2026-01-31T06:00:00Z.")
    private String until;

    @Option(names = "--reset", description = "With throttle: return to the limits of schedule and configuration.")
    private boolean reset;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "Format of standard output; json is what the API says, one object a line.")
    private OutputFormat format = OutputFormat.TEXT;

    @Option(
            names = "--progress",
            paramLabel = "STYLE",
            description = "Style of the progress on standard error, as in" + " jclone provision.")
    private ProgressStyle progress = ProgressStyle.AUTO;

    CtlCommand(ProgramContext context) {
        this.context = context;
        this.screen = new Screen(context.err());
    }

    /** @return the exit status; of start --watch and watch, that of the run */
    @Override
    public Integer call() throws UsageException {
        if (action.isNamed && name == null) {
            throw new UsageException("NAME is missing: a target, or the number of a run");
        }
        try {
            return act(new DaemonClient(socket()));
        } catch (CloneException e) {
            screen.setStatus("");
            if (format == OutputFormat.JSON) {
                print(ErrorReport.json(e) + "\n");
            }
            screen.printLines(ErrorReport.text(e));
            return e.code().exitStatus();
        }
    }

    private Path socket() {
        if (socket != null) {
            return socket;
        }
        return USUAL_SOCKETS.stream().filter(Files::exists).findFirst().orElse(USUAL_SOCKETS.get(0));
    }

    private int act(DaemonClient client) throws CloneException, UsageException {
        switch (action) {
            case STATUS -> show(client.get("/v1/status"), DaemonText::status);
            case TARGETS -> show(client.get("/v1/targets"), DaemonText::targets);
            case DONORS -> show(client.get("/v1/targets/" + encoded(name) + "/donors"), DaemonText::donors);
            case RUNS ->
                show(client.get("/v1/runs?active=true"), json -> history().of(RunReader.runs(json)));
            case HISTORY -> history(client);
            case START -> {
                return started(client, client.ask("POST", "/v1/targets/" + encoded(name) + "/runs", order(), key()));
            }
            case RETRY -> {
                return started(client, client.ask("POST", "/v1/runs/" + encoded(name) + "/retry", "", key()));
            }
            case WATCH -> {
                return watch(client, name);
            }
            case CANCEL -> {
                JsonObject body = new JsonObject().put("mode", forGood ? "FOR_GOOD" : "RESUMABLE");
                JsonTree run = client.ask("POST", "/v1/runs/" + encoded(name) + "/cancel", body.toString(), Map.of());
                show(run, json -> "run " + name + " stops\n");
            }
            case THROTTLE -> throttle(client);
            case RELOAD -> show(client.ask("POST", "/v1/reload", "", Map.of()), DaemonText::reload);
        }
        return 0;
    }

    private void history(DaemonClient client) throws CloneException, UsageException {
        if (name != null) {
            String path = "/v1/runs/" + encoded(name);
            JsonTree run = client.get(path);
            JsonTree events = client.get(path + "/events?limit=" + MAX_EVENTS);
            show(run, json -> history().of(RunReader.detail(json), RunReader.events(events)));
            return;
        }
        List<String> query = new ArrayList<>(List.of("limit=" + limit));
        if (target != null) {
            query.add("target=" + encoded(target));
        }
        if (failed) {
            query.add("state=FAILED");
        }
        if (since != null) {
            query.add("since="
                    + encoded(Since.parse(since, Clock.systemUTC().instant(), ZoneId.systemDefault())
                            .toString()));
        }
        show(
                client.get("/v1/runs?" + String.join("&", query)),
                json -> history().of(RunReader.runs(json)));
    }

    private static HistoryText history() {
        return new HistoryText(ZoneId.systemDefault());
    }

    private String order() {
        return new JsonObject()
                .put("action", (rollBack ? RunOrder.Action.ROLL_BACK : RunOrder.Action.PROVISION).name())
                .put("priority", priority)
                .toString();
    }

    private Map<String, String> key() throws UsageException {
        if (key != null && !key.matches("[\\x21-\\x7e]{1,200}")) {
            throw new UsageException("--key: 1 to 200 printable ASCII characters without blanks are expected");
        }
        return key == null ? Map.of() : Map.of("Idempotency-Key", key);
    }

    private int started(DaemonClient client, JsonTree run) throws CloneException {
        String id = run.text("id").orElseThrow();
        String verb = run.is("new") ? "ordered run " : "an earlier order with this key began run ";
        show(run, json -> verb + id + '\n');
        return watch ? watch(client, id) : 0;
    }

    private int watch(DaemonClient client, String run) throws CloneException {
        return new RunWatch(context, screen, format == OutputFormat.JSON, progress).run(client, encoded(run));
    }

    private void throttle(DaemonClient client) throws CloneException, UsageException {
        boolean changes = dataLimit != null || networkLimit != null;
        if (reset && changes) {
            throw new UsageException("--reset excludes limits");
        }
        if (!reset && !changes) {
            show(client.get("/v1/throttle"), DaemonText::throttle);
            return;
        }
        JsonObject body = new JsonObject();
        if (reset) {
            body.put("reset", true);
        }
        if (dataLimit != null) {
            body.put("dataMiBPerSecond", dataLimit);
        }
        if (networkLimit != null) {
            body.put("networkMiBPerSecond", networkLimit);
        }
        if (until != null) {
            body.put("until", until);
        }
        show(client.ask("PATCH", "/v1/throttle", body.toString(), Map.of()), DaemonText::throttle);
    }

    /** What an answer is for people. */
    @FunctionalInterface
    private interface Text {
        String of(JsonTree json);
    }

    private void show(JsonTree json, Text text) {
        print(format == OutputFormat.JSON ? json + "\n" : text.of(json));
    }

    private void print(String text) {
        context.out().print(text);
        context.out().flush();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

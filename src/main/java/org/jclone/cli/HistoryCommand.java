package org.jclone.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.Range;
import org.jclone.cli.option.Since;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.HistoryText;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.history.History;
import org.jclone.daemon.history.HistoryException;
import org.jclone.daemon.history.HistoryReader;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jclone history}: shows the runs of the daemon, or one of them, whether the daemon runs or not. */
@Command(
        name = "history",
        customSynopsis = "jclone history [RUN] [OPTION...]",
        descriptionHeading = "%n",
        description = "Show the runs of jclone daemon, the latest first; or one run with its steps and events.",
        preprocessor = ArgumentSpelling.class)
@Examples({
    "# Show the runs of the last week that failed.",
    "jclone history --failed --since=7d",
    "# Show one run with its steps and events.",
    "jclone history 20261130-055326-4f2c"
})
final class HistoryCommand implements Callable<Integer> {

    private static final int MAX_EVENTS = 10_000;

    private final ProgramContext context;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "RUN",
            description = "The number of a run, as the list shows it.")
    private String run;

    @Option(names = "--state-dir", paramLabel = "DIR", description = "The state directory of the daemon.")
    private Path stateDirectory = Path.of("/var/lib/jclone");

    @Option(names = "--target", paramLabel = "NAME", description = "Only runs of this target.")
    private String target;

    @Option(names = "--failed", description = "Only runs that failed.")
    private boolean failed;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Only runs that were ordered since then: 2026-01-31, \"2026-01-31 12:00\", or 90m (s, h, d) ago.")
    private String since;

    @Option(names = "--limit", paramLabel = "N", description = "The largest number of runs.")
    @Range(min = 1, max = RunQuery.MAX_LIMIT)
    private int limit = RunQuery.DEFAULT_LIMIT;

    HistoryCommand(ProgramContext context) {
        this.context = context;
    }

    /** @return the exit status */
    @Override
    public Integer call() throws UsageException {
        Path file = stateDirectory.toAbsolutePath().normalize().resolve(History.NAME);
        try (HistoryReader reader = HistoryReader.open(file)) {
            context.out().print(run == null ? list(reader) : one(reader));
            return 0;
        } catch (HistoryException e) {
            return report(Failure.Daemon.HISTORY.exception(String.valueOf(e.getMessage()), e));
        } catch (CloneException e) {
            return report(e);
        }
    }

    private String list(HistoryReader reader) throws HistoryException, UsageException {
        Optional<Instant> begin = since == null
                ? Optional.empty()
                : Optional.of(Since.parse(since, Instant.now(), ZoneId.systemDefault()));
        Set<RunStatus.State> states = failed ? Set.of(RunStatus.State.FAILED) : Set.of();
        return text().of(reader.runs(
                new RunQuery(Optional.ofNullable(target), states, begin, Optional.empty(), Optional.empty(), limit)));
    }

    private String one(HistoryReader reader) throws HistoryException, CloneException {
        RunDetail detail = reader.run(run)
                .orElseThrow(() -> Failure.Daemon.RUN.exception("there is no run " + run + " in the history"));
        return text().of(detail, reader.events(Optional.of(run), 0, MAX_EVENTS));
    }

    private static HistoryText text() {
        return new HistoryText(ZoneId.systemDefault());
    }

    private int report(CloneException e) {
        context.err().println(ErrorReport.text(e));
        return e.code().exitStatus();
    }
}

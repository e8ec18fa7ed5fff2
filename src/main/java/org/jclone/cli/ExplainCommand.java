package org.jclone.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.OutputFormat;
import org.jclone.cli.option.Since;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.ExplanationText;
import org.jclone.cli.output.LogText;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.explain.Explanation;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.explain.LogReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jclone explain}: explains an error, or the clones found in a log. */
@Command(
        name = "explain",
        customSynopsis = "jclone explain [CODE] [OPTION...]",
        descriptionHeading = "%n",
        description = "Explain what a clone error means, how to find its cause, and what to do; or find the clones in"
                + " a log and explain what happened.",
        preprocessor = ArgumentSpelling.class)
@Examples({
    "# Explain an error of the donor, and an exit status of jclone.",
    "jclone explain 1045",
    "jclone explain 75",
    "# Find the clones in the log of a server, and explain what happened.",
    "jclone explain --log=/var/log/mysql/error.log --since=24h"
})
final class ExplainCommand implements Callable<Integer> {

    private final ProgramContext context;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CODE",
            description = "An error number of MySQL (1045, MY-013461) or of the operating system (OS-28), a symbol"
                    + " (ER_CLONE_DONOR), a name (DONOR_BUSY) or an exit status (75) of jclone. Without it, all are"
                    + " listed.")
    private String code;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "The error log of a MySQL server, as text or JSON, or the log of jclone; - is standard input."
                    + " jclone explains the log's messages about clones in the order of events.")
    private String log;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Start at this time in the log: 2026-01-31T12:00:00Z, \"2026-01-31 12:00\" in this machine's"
                    + " time zone, 2026-01-31, or 90m (s, h, d) ago.")
    private String since;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "Format of standard output; json is one object a line.")
    private OutputFormat format = OutputFormat.TEXT;

    ExplainCommand(ProgramContext context) {
        this.context = context;
    }

    /** @return the exit status */
    @Override
    public Integer call() throws UsageException {
        if (log != null) {
            return explainLog();
        }
        if (since != null) {
            throw new UsageException("--since requires --log");
        }
        List<Explanation> found = code == null ? Explanations.all() : Explanations.find(code);
        if (found.isEmpty()) {
            throw new UsageException("there is no explanation of that code; jclone explain lists all");
        }
        if (format == OutputFormat.JSON) {
            found.forEach(each -> context.out().println(ExplanationText.json(each)));
        } else if (code == null) {
            found.forEach(each -> context.out().println(ExplanationText.line(each)));
        } else {
            found.forEach(each -> context.out().print(ExplanationText.whole(each)));
        }
        return 0;
    }

    private int explainLog() throws UsageException {
        if (code != null) {
            throw new UsageException("give either a CODE or --log, not both");
        }
        Optional<Instant> begin = since == null
                ? Optional.empty()
                : Optional.of(Since.parse(since, Instant.now(), ZoneId.systemDefault()));
        LogReader reader = new LogReader(begin);
        boolean standardInput = log.equals("-");
        try (InputStream in = standardInput ? System.in : Files.newInputStream(Path.of(log))) {
            reader.read(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException | InvalidPathException e) {
            String reason = e instanceof IOException failure ? FileReason.of(failure) : "no path";
            throw new UsageException("cannot read the log " + log + ": " + reason);
        }
        if (format == OutputFormat.JSON) {
            reader.stories().forEach(story -> context.out().println(LogText.json(story)));
        } else {
            context.out().print(LogText.of(standardInput ? "standard input" : log, reader.lines(), reader.stories()));
        }
        return 0;
    }
}

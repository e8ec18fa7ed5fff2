package org.jclone.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.OutputFormat;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.ExplanationText;
import org.jclone.recipient.explain.Explanation;
import org.jclone.recipient.explain.Explanations;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jclone explain}: what an error means, how to find its cause, and what to do. */
@Command(
        name = "explain",
        customSynopsis = "jclone explain [CODE] [OPTION...]",
        descriptionHeading = "%n",
        description = "Say what an error around a clone means, how to find its cause, and what to do.",
        preprocessor = ArgumentSpelling.class)
final class ExplainCommand implements Callable<Integer> {

    private final ProgramContext context;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CODE",
            description = "An error number of MySQL (1045, MY-013461) or of the operating system (OS-28), a symbol"
                    + " (ER_CLONE_DONOR), a name (DONOR_BUSY) or an exit status (75) of jclone. Without it,"
                    + " all are listed.")
    private String code;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "How it is written to standard output; json is one object a line.")
    private OutputFormat format = OutputFormat.TEXT;

    ExplainCommand(ProgramContext context) {
        this.context = context;
    }

    /** @return the exit status */
    @Override
    public Integer call() throws UsageException {
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
}

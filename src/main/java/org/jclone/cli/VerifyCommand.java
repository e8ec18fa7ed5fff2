package org.jclone.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.Range;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.Printable;
import org.jclone.cli.output.Units;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.verify.DirectoryCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jclone verify}: checks a data directory on which no server runs. */
@Command(
        name = "verify",
        customSynopsis = "jclone verify DIR [OPTION...]",
        descriptionHeading = "%n",
        description = "Check every page of a data directory at rest, and that nothing has changed since it was cloned.",
        preprocessor = ArgumentSpelling.class)
final class VerifyCommand implements Callable<Integer> {

    private final ProgramContext context;

    @Parameters(index = "0", paramLabel = "DIR", description = "The data directory. No server may run on it.")
    private Path directory;

    @Option(names = "--threads", paramLabel = "N", description = "Files, or parts of large files, read at a time.")
    @Range(min = 1, max = 256)
    private int threads = 8;

    VerifyCommand(ProgramContext context) {
        this.context = context;
    }

    /** @return the exit status */
    @Override
    public Integer call() {
        long begin = System.nanoTime();
        try {
            DirectoryCheck.Report report = new DirectoryCheck(directory, threads).run();
            context.out().println(summary(report, System.nanoTime() - begin));
            report.damages().forEach(damage -> context.out().println("  " + Printable.of(damage)));
            long unnamed = report.damageCount() - report.damages().size();
            if (unnamed > 0) {
                context.out().println("  and " + unnamed + " more");
            }
            return report.damageCount() == 0 ? 0 : CloneErrorCode.DAMAGED.exitStatus();
        } catch (CloneException e) {
            context.err().println(ErrorReport.text(e));
            return e.code().exitStatus();
        }
    }

    private String summary(DirectoryCheck.Report report, long nanos) {
        String compared = switch (report.manifest()) {
            case COMPARED -> "compared with the manifest of the clone";
            case NO_MANIFEST -> "there is no manifest to compare with, so only the pages were checked";
            case SERVER_WAS_STARTED -> "a server was started on it since it was cloned, so only the pages were checked";
        };
        return Printable.of(directory.toString()) + ": "
                + (report.damageCount() == 0 ? "in order" : report.damageCount() + " damaged") + "\n  "
                + report.files() + " files, " + report.pages() + " pages, " + Units.bytes(report.bytes()) + " in "
                + nanos / 1_000_000 + " ms; " + compared;
    }
}

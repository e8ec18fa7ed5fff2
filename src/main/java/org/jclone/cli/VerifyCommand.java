package org.jclone.cli;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.Range;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.Units;
import org.jclone.protocol.text.Printable;
import org.jclone.recipient.DirectoryVerification;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.VerificationReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jclone verify}: checks a data directory that no server is using. */
@Command(
        name = "verify",
        customSynopsis = "jclone verify DIR [OPTION...]",
        descriptionHeading = "%n",
        description =
                "Check every page of a data directory on which no server runs, and whether it changed since it was cloned.",
        preprocessor = ArgumentSpelling.class)
@Examples({"# Read a clone back before a server starts on it.", "jclone verify /var/lib/mysql-new"})
final class VerifyCommand implements Callable<Integer> {

    private final ProgramContext context;

    @Parameters(index = "0", paramLabel = "DIR", description = "The data directory. No server may run on it.")
    private Path directory;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Number of files, or parts of large files, to read at a time.")
    @Range(min = 1, max = 256)
    private int threads = 8;

    @Option(
            names = "--keyring-file",
            paramLabel = "FILE",
            description =
                    "Keyring of component_keyring_file of the data's server: decrypts encrypted pages and redo log"
                            + " for the check, in memory. Without it only the numbers of pages and blocks are checked.")
    private Path keyringFile;

    @Option(
            names = "--undo-dir",
            paramLabel = "DIR",
            description =
                    "The server's innodb_undo_directory, if it is another directory. The manifest of a clone names"
                            + " it.")
    private Path undoDirectory;

    @Option(
            names = "--system-dir",
            paramLabel = "DIR",
            description = "The server's innodb_data_home_dir, if it is another directory. The manifest of a clone names"
                    + " it.")
    private Path systemDirectory;

    VerifyCommand(ProgramContext context) {
        this.context = context;
    }

    /** @return the exit status */
    @Override
    public Integer call() {
        long begin = System.nanoTime();
        try {
            Set<Path> others = Stream.of(undoDirectory, systemDirectory)
                    .filter(Objects::nonNull)
                    .collect(Collectors.toSet());
            VerificationReport report =
                    new DirectoryVerification(directory, others, Optional.ofNullable(keyringFile), threads).run();
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

    private String unopened(VerificationReport report) {
        String hint = keyringFile == null ? "; --keyring-file=FILE decrypts them" : "";
        return report.unopenedPages() == 0
                ? ""
                : "\n  of " + report.unopenedPages() + " encrypted pages only number and space id were checked" + hint;
    }

    private String summary(VerificationReport report, long nanos) {
        String compared = switch (report.manifest()) {
            case COMPARED -> "compared with the manifest of the clone";
            case NO_MANIFEST -> "there is no manifest to compare with, so only the pages were checked";
            case SERVER_WAS_STARTED -> "a server was started on it since it was cloned, so only the pages were checked";
        };
        return Printable.of(directory.toString()) + ": "
                + (report.damageCount() == 0 ? "in order" : report.damageCount() + " damaged") + "\n  "
                + report.files() + " files, " + report.pages() + " pages, " + Units.bytes(report.bytes()) + " in "
                + nanos / 1_000_000 + " ms; " + compared + unopened(report);
    }
}

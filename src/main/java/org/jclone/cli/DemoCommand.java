package org.jclone.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jclone.cli.log.LogSettings;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.option.Range;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.BarReporter;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.LineReporter;
import org.jclone.cli.output.Screen;
import org.jclone.cli.output.Units;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.text.Printable;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TargetSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jclone demo}: clones a synthetic donor and checks the result. */
@Command(
        name = "demo",
        customSynopsis = "jclone demo [OPTION...]",
        descriptionHeading = "%n",
        description =
                "Clone a simulated donor on this machine and check every page; needs no MySQL and takes" + " seconds.",
        preprocessor = ArgumentSpelling.class)
@Examples({"# Clone 64 MiB of generated data, and check every page.", "jclone demo --size=64"})
final class DemoCommand implements Callable<Integer> {

    private static final Account ACCOUNT = Account.of("demo", "demo");

    private static final String ELSEWHERE =
            "Set TMPDIR to a writable directory with enough space, or give one with --keep=DIR.";

    private final ProgramContext context;
    private final Screen screen;

    @Option(names = "--size", paramLabel = "MIB", description = "Size of the largest table.")
    @Range(min = 1, max = 1048576)
    private int size = 100;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Clone into this directory, which must be missing or empty, and leave it there.")
    private Path keep;

    DemoCommand(ProgramContext context) {
        this.context = context;
        screen = new Screen(context.err());
    }

    /** @return the exit status */
    @Override
    public Integer call() throws UsageException {
        LogSettings.install(LogLevel.WARN, screen);
        Path folder = null;
        try {
            if (keep != null) {
                return run(keep, Optional.empty());
            }
            folder = temporaryFolder();
            return run(folder.resolve("clone"), Optional.of(folder));
        } catch (FileSystemException e) {
            String where = folder == null ? "cannot create a directory: " + e.getFile() : e.getFile();
            return fail(where + ": " + FileReason.of(e));
        } catch (IOException e) {
            return fail(String.valueOf(e.getMessage()));
        }
    }

    /** The directory for temporary files that shells use. Java ignores the variable. */
    private Path temporaryFolder() throws IOException {
        String parent = context.environment().getOrDefault("TMPDIR", "");
        return parent.isEmpty()
                ? Files.createTempDirectory("jclone-demo")
                : Files.createTempDirectory(Path.of(parent), "jclone-demo");
    }

    private int fail(String message) {
        screen.printLines("jclone: " + Printable.of(message) + "\n  " + ELSEWHERE);
        return CloneErrorCode.STORAGE.exitStatus();
    }

    /** @param scratch removed at the end, even if a signal ends the process */
    private int run(Path directory, Optional<Path> scratch) throws IOException {
        MadeData data = DemoData.of(size);
        DonorConfig config = DonorConfig.builder(data)
                .account(ACCOUNT)
                .tls(TlsIdentity.selfSigned())
                .build();
        try (DonorServer donor = DonorServer.start(config)) {
            say("A donor on 127.0.0.1:" + donor.port() + ", synthetic: "
                    + data.files().size() + " files, no MySQL, none of your data.");
            say("While it is cloned " + DemoData.whatHappens() + ".\n");
            say("$ jclone fetch --donor=127.0.0.1:" + donor.port()
                    + " --user=demo --password --ssl-mode=REQUIRED --dir=" + Printable.of(directory.toString()));
            CloneRecipient recipient = new CloneRecipient(request(donor, directory), progress());
            StopSignals signals = StopSignals.arm(recipient);
            try {
                tell(recipient.run());
                boolean verified =
                        verify(data, directory, () -> signals.exitStatus().isPresent());
                return verified ? 0 : signals.exitStatus().orElseThrow();
            } catch (CloneException e) {
                screen.setStatus("");
                screen.printLines(scratch.isPresent() ? text(e) : ErrorReport.text(e));
                return signals.exitStatus().orElse(e.code().exitStatus());
            } finally {
                try {
                    if (scratch.isPresent()) {
                        delete(scratch.get());
                    }
                } finally {
                    signals.disarm();
                }
            }
        }
    }

    /** Reports the failure of a clone that left no files. */
    private static String text(CloneException e) {
        if (e.code() == CloneErrorCode.ABORTED) {
            return "jclone: " + Printable.of(e.getMessage()) + "\n  All files of the demo were removed.";
        }
        if (e.code() == CloneErrorCode.DISK_FULL) {
            return "jclone: " + Printable.of(e.getMessage()) + "\n  " + ELSEWHERE;
        }
        return ErrorReport.text(e);
    }

    private static CloneRequest request(DonorServer donor, Path directory) {
        return CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", donor.port()))
                .login(LoginSettings.of(
                        ACCOUNT.user(), Password.of(ACCOUNT.password().toCharArray())))
                .tls(it -> it.withSslMode(SslMode.REQUIRED))
                .target(TargetSettings.of(directory))
                // Its donor ends with this process, so the clone cannot be resumed.
                .interruptions(it -> it.withJournal(false))
                .build();
    }

    private CloneListener progress() {
        OptionalInt width = context.terminalWidth();
        return width.isPresent()
                ? new BarReporter(screen, width.getAsInt())
                : new LineReporter(screen, System::nanoTime);
    }

    private void tell(CloneResult result) {
        screen.setStatus("");
        say("\nCopied " + Units.bytes(result.dataBytes()) + " in " + Units.duration(result.elapsed()) + ", "
                + Units.bytesPerSecond(Units.rate(result.dataBytes(), result.elapsed())) + ", over at most "
                + result.maxConnections() + (result.maxConnections() == 1 ? " connection." : " connections."));
    }

    /** @return false if the user stopped it */
    private boolean verify(MadeData data, Path directory, BooleanSupplier stopped) throws IOException {
        PageVerifier verifier = new PageVerifier(data, directory);
        if (!verifier.run(stopped)) {
            screen.println("jclone: stopped");
            return false;
        }
        say("Checked " + verifier.pages() + " pages: each checksum is right, and all " + Units.bytes(verifier.bytes())
                + " are the donor's, changes included.");
        if (keep != null) {
            say("The clone is in " + Printable.of(directory.toString())
                    + ". Its rows are random, so no mysqld starts on it.");
        }
        say(String.join(
                "\n",
                List.of(
                        "",
                        "With your own donor, once:",
                        "  mysql> INSTALL PLUGIN clone SONAME 'mysql_clone.so';",
                        "  mysql> CREATE USER 'cloner'@'%' IDENTIFIED BY '...';",
                        "  mysql> GRANT BACKUP_ADMIN ON *.* TO 'cloner'@'%';",
                        "then, as often as you like:",
                        "  $ jclone fetch --donor=db1.example.com:3306 --user=cloner --password --dir=/var/lib/mysql-new",
                        "  $ mysqld --defaults-extra-file=/var/lib/mysql-new.cnf")));
        return true;
    }

    private void say(String text) {
        context.print(text + System.lineSeparator());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

package org.jclone.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jclone.cli.log.LogSettings;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.DonorOptions;
import org.jclone.cli.option.DonorTlsOptions;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.DonorText;
import org.jclone.cli.output.Screen;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorEvent;
import org.jclone.donor.api.DonorListener;
import org.jclone.donor.api.FailedLogin;
import org.jclone.donor.cold.ColdDirectory;
import org.jclone.donor.cold.ColdDirectoryException;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.text.Printable;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.api.Password;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jclone donor}: serves a cold data directory until it is stopped. */
@Command(
        name = "donor",
        customSynopsis = "jclone donor --data-dir=DIR --user=USER [OPTION...]",
        descriptionHeading = "%n",
        description =
                "Serve the data directory of a server that was shut down to many recipients at a time: jclone, and the"
                        + " CLONE statement of MySQL servers.",
        preprocessor = ArgumentSpelling.class)
@Examples({
    "# Serve the data directory of a server that was shut down.",
    "jclone donor --data-dir=/srv/backup/mysql --user=cloner --password-file=/etc/jclone/clone.pw \\",
    "  --listen=127.0.0.1:3307"
})
final class DonorCommand implements Callable<Integer> {

    private static final long EXIT_PATIENCE_SECONDS = 15;

    private final ProgramContext context;
    private final Screen screen;

    @Mixin
    private DonorOptions options;

    @Mixin
    private DonorTlsOptions tls;

    DonorCommand(ProgramContext context) {
        this.context = context;
        screen = new Screen(context.err());
    }

    /** @return the exit status */
    @Override
    public Integer call() throws UsageException {
        LogSettings.install(LogLevel.WARN, screen);
        Account account = account();
        try (ColdDirectory data =
                ColdDirectory.open(options.dataDirectory(), options.directories(), options.keyringFile())) {
            return isWhole(data) ? serve(data, account) : CloneErrorCode.TARGET_NOT_USABLE.exitStatus();
        } catch (ColdDirectoryException e) {
            return fail(CloneErrorCode.TARGET_NOT_USABLE, e.getMessage(), e.hint());
        } catch (IOException e) {
            Object file = e instanceof FileSystemException failure && failure.getFile() != null
                    ? failure.getFile()
                    : options.dataDirectory();
            return fail(CloneErrorCode.STORAGE, "cannot read " + file + ": " + FileReason.of(e), "");
        }
    }

    /** Tells whether all tablespaces exist, or the user allows some to be missing. */
    private boolean isWhole(ColdDirectory data) {
        if (data.missingTablespaces().isEmpty()) {
            screen.println(DonorText.UNKNOWN_WHETHER_MISSING);
            return true;
        }
        List<String> missing = data.missingTablespaces().get();
        if (missing.isEmpty()) {
            return true;
        }
        List<String> lines = DonorText.missing(options.dataDirectory(), missing);
        if (options.allowIncomplete()) {
            screen.println("WARNING: no clone will be complete: " + lines.get(0));
            lines.stream().skip(1).forEach(screen::println);
        } else {
            screen.println("jclone: " + lines.get(0));
            lines.stream().skip(1).forEach(screen::println);
            DonorText.missingHint(missing, data.recovers()).forEach(line -> screen.println("  " + line));
        }
        return options.allowIncomplete();
    }

    private Account account() throws UsageException {
        try (Password password = new PasswordSource(context, screen::println).read(options.password())) {
            String text = new String(password.toUtf8(), StandardCharsets.UTF_8);
            if (text.isEmpty()) {
                screen.println("warning: no password: anyone who knows the account name can copy the data");
            }
            return new Account(options.user(), text, AuthPlugin.CACHING_SHA2_PASSWORD, true);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private int serve(ColdDirectory data, Account account) throws UsageException {
        DonorConfig config;
        try {
            config = DonorConfig.builder(data)
                    .listen(options.listen())
                    .account(account)
                    .tls(tls.settings())
                    .profile(options.profile(data.version()))
                    .limits(options.limits())
                    .faults(options.faults())
                    .listener(new Reporter())
                    .secretSnapshotIds(true)
                    // Do not mistake a recipient of an earlier run that reconnects for a recipient of this run.
                    .firstCloneId(ThreadLocalRandom.current().nextLong(1, Integer.MAX_VALUE))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
        try (DonorServer donor = DonorServer.start(config)) {
            say(DonorText.listening(donor.address(), config, data.version()));
            say("certificate SHA-256 "
                    + DonorText.fingerprint(
                            config.tls().identity().orElseThrow().certificate()));
            if (!config.faults().isEmpty()) {
                say("faults: " + config.faults());
            }
            return awaitStop(donor);
        } catch (IOException e) {
            return fail(
                    CloneErrorCode.CONNECT_FAILED,
                    "cannot listen on "
                            + new DonorAddress(
                                    config.listen().host(), config.listen().port()) + ": " + e.getMessage(),
                    "Give another address with --listen.");
        }
    }

    /** Waits until the process is asked to end, or the thread is interrupted. */
    private int awaitStop(DonorServer donor) {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    stop.countDown();
                    awaitQuietly(stopped);
                },
                "donor-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            stop.await();
        } catch (InterruptedException e) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        try {
            drain(donor);
            donor.close();
            say("stopped");
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    private void drain(DonorServer donor) {
        int running = donor.clones();
        long seconds = options.stopTimeout().toSeconds();
        say("stopping; " + running + (running == 1 ? " clone is running" : " clones are running")
                + (running == 0 ? "" : seconds == 0 ? ", cut" : ", at most " + seconds + " s to finish"));
        try {
            if (!donor.drain(options.stopTimeout()) && seconds > 0) {
                say("the time is over; " + donor.clones() + " cut");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitQuietly(CountDownLatch stopped) {
        try {
            boolean ended = stopped.await(options.stopTimeout().toSeconds() + EXIT_PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                System.err.println("jclone: the donor did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String text) {
        context.print(DonorText.now() + ' ' + Printable.of(text) + System.lineSeparator());
    }

    /** Prints events. Failed logins that repeat are printed less and less often. */
    private final class Reporter implements DonorListener {

        private static final int TOLD_EACH_TIME = 3;

        @Override
        public void onEvent(DonorEvent event) {
            say(DonorText.of(event));
        }

        @Override
        public void onFailedLogin(FailedLogin login) {
            if (login.failures() <= TOLD_EACH_TIME || Integer.bitCount(login.failures()) == 1) {
                say(DonorText.of(login));
            }
        }
    }

    private int fail(CloneErrorCode code, String message, String hint) {
        screen.println("jclone: " + message);
        if (!hint.isEmpty()) {
            screen.println("  " + hint);
        }
        return code.exitStatus();
    }
}

package org.jclone.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jclone.cli.log.EventLog;
import org.jclone.cli.log.LogFile;
import org.jclone.cli.log.LogSettings;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.AroundOptions;
import org.jclone.cli.option.CloneOptions;
import org.jclone.cli.option.CompatibilityOptions;
import org.jclone.cli.option.CompressionOptions;
import org.jclone.cli.option.ConfigurationOptions;
import org.jclone.cli.option.ConnectionOptions;
import org.jclone.cli.option.DonorChoiceOptions;
import org.jclone.cli.option.EncryptionOptions;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.option.OutputOptions;
import org.jclone.cli.option.ResumeOptions;
import org.jclone.cli.option.RoundOptions;
import org.jclone.cli.option.TargetOptions;
import org.jclone.cli.option.TlsOptions;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.option.VerifyOptions;
import org.jclone.cli.output.CheckJson;
import org.jclone.cli.output.CheckText;
import org.jclone.cli.output.DonorReporter;
import org.jclone.cli.output.DonorsText;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.Reporters;
import org.jclone.cli.output.ResultJson;
import org.jclone.cli.output.Screen;
import org.jclone.cli.output.Summary;
import org.jclone.json.DonorsJson;
import org.jclone.metrics.MetricsFile;
import org.jclone.provision.donor.CloneFromAny;
import org.jclone.provision.donor.DonorSearch;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.donor.RequestAccess;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.DonorCheck;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneControl;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.api.InterruptionSettings;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.api.TargetSettings;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.api.TransferSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jclone fetch}: runs one clone, reports its progress, and exits with its status. */
@Command(
        name = "fetch",
        customSynopsis = "jclone fetch --donor=HOST[:PORT] --user=USER --dir=DIR [OPTION...]",
        descriptionHeading = "%n",
        description = "Clone a running MySQL server into an empty directory, on which a mysqld then starts.",
        preprocessor = ArgumentSpelling.class)
@Examples({
    "# Clone a running server into a new directory. Prompts for the password.",
    "jclone fetch --donor=db1.example.com --user=cloner --password --dir=/var/lib/mysql-new",
    "# Replace old data. It is kept until the new data is complete.",
    "jclone fetch --donor=db1.example.com --user=cloner --password --dir=/var/lib/mysql --replace",
    "# Continue a clone after jclone itself was stopped.",
    "jclone fetch --donor=db1.example.com --user=cloner --password --dir=/var/lib/mysql-new --resume"
})
final class FetchCommand implements Callable<Integer> {

    private final ProgramContext context;
    private final Screen screen;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private DonorChoiceOptions choice;

    @Mixin
    private RoundOptions rounds;

    @Mixin
    private TlsOptions tls;

    @Mixin
    private CompressionOptions compression;

    @Mixin
    private TargetOptions target;

    @Mixin
    private EncryptionOptions encryption;

    @Mixin
    private CloneOptions clone;

    @Mixin
    private VerifyOptions verify;

    @Mixin
    private CompatibilityOptions compatibility;

    @Mixin
    private ConfigurationOptions configuration;

    @Mixin
    private ResumeOptions resume;

    @Mixin
    private AroundOptions around;

    @Mixin
    private OutputOptions output;

    private Optional<MetricsFile> metrics = Optional.empty();

    FetchCommand(ProgramContext context) {
        this.context = context;
        this.screen = new Screen(context.err());
    }

    /** @return the exit status */
    @Override
    public Integer call() throws UsageException {
        // Report invalid options before asking for a password and before creating any file.
        Function<DonorAddress, CloneRequest> requests =
                requests(target.directory(), Password.empty(), Password.empty());
        for (DonorAddress donor : connection.addresses()) {
            CloneRequest request = DonorsCommand.request(requests, donor);
            OutputFiles.requireApart(request, output.logFile(), around.pidFile());
        }
        Optional<Owner> owner = around.owner().isPresent()
                ? Optional.of(Owner.parse(around.owner().get()))
                : Optional.empty();
        if (around.isDryRun()) {
            return check();
        }
        clone.notes(target.isDropFirst()).forEach(screen::println);
        Optional<LimitsFile> limits = resume.limitsFile().map(file -> new LimitsFile(file, clone.bandwidthLimits()));
        if (limits.isPresent()) {
            limits.get().readAtStart(screen::println);
        }
        ParentDirectories parents = new ParentDirectories(target.directory());
        Optional<PidFile> pidFile = around.pidFile().isPresent()
                ? Optional.of(new PidFile(around.pidFile().get()))
                : Optional.empty();
        try (LogFile log = openLog();
                Password password = new PasswordSource(context, screen::println).read(connection);
                Password keyPassword = new PasswordSource(context, screen::println).readKeyPassword(tls)) {
            if (around.makesParents()) {
                parents.make();
            }
            LogSettings.install(output.logLevel(), log == null ? screen::printLines : log);
            CloneRequest request = request(password, keyPassword);
            AfterClone after = new AfterClone(owner, around.command());
            if (isChoice()) {
                CloneFromAny clone = fromAny(password, keyPassword);
                return run(clone, () -> clone.run(request), request, limits, after);
            }
            CloneRecipient clone = new CloneRecipient(request, listener());
            return run(clone, clone::run, request, limits, after);
        } catch (IOException e) {
            throw new UsageException(
                    "--log-file: cannot write " + output.logFile().get() + ": " + FileReason.of(e));
        } finally {
            pidFile.ifPresent(PidFile::close);
            parents.removeIfEmpty(); // does nothing if the clone is in there
        }
    }

    private LogFile openLog() throws IOException {
        return output.logFile().isPresent() ? LogFile.open(output.logFile().get(), screen::printLines) : null;
    }

    /** Does what {@code jclone check} does, with the options of this clone. */
    private int check() throws UsageException {
        try (Password password = new PasswordSource(context, screen::println).read(connection);
                Password keyPassword = new PasswordSource(context, screen::println).readKeyPassword(tls)) {
            Path place = around.makesParents() ? new ParentDirectories(target.directory()).first() : target.directory();
            Function<DonorAddress, CloneRequest> requests = requests(place, password, keyPassword);
            LogSettings.install(LogLevel.WARN, screen);
            DonorAddress donor = connection.addresses().get(0);
            if (isChoice()) {
                DonorTable table = search(password, keyPassword).run();
                context.print(output.isJson() ? DonorsJson.of(table) + "\n" : DonorsText.of(table) + "\n");
                if (table.best().isEmpty()) {
                    return table.exitStatus();
                }
                donor = table.best().get().address();
            }
            CheckReport report = new DonorCheck(requests.apply(donor).withOwnPasswords()).run();
            context.print(output.isJson() ? CheckJson.of(report) + "\n" : CheckText.of(report));
            return report.exitStatus();
        } catch (CloneException e) {
            screen.printLines(ErrorReport.text(e));
            return e.code().exitStatus();
        }
    }

    /** Whether there is, or can be, more than one donor, or more than one attempt. */
    private boolean isChoice() throws UsageException {
        return connection.isSeveral() || choice.isGiven() || rounds.isWaiting();
    }

    private DonorSearch search(Password password, Password keyPassword) throws UsageException {
        return DonorsCommand.search(
                connection,
                choice,
                new RequestAccess(
                        DonorsCommand.requests(connection, tls, compatibility, password, keyPassword),
                        connection::prohibition),
                Optional.of(target.directory()));
    }

    private CloneFromAny fromAny(Password password, Password keyPassword) throws UsageException {
        Function<DonorAddress, CloneRequest> requests = requests(target.directory(), password, keyPassword);
        DonorReporter screenAndJson =
                new DonorReporter(screen, output.isJson() ? Optional.of(context.out()) : Optional.empty());
        return new CloneFromAny(
                requests,
                new RequestAccess(requests, connection::prohibition),
                search(password, keyPassword),
                rounds.settings(),
                this::listener,
                event -> {
                    screenAndJson.onEvent(event);
                    if (output.logFile().isPresent()) {
                        EventLog.donors(event);
                    }
                },
                Clock.systemUTC());
    }

    /** @throws UsageException if options contradict each other */
    CloneRequest request(Password password, Password keyPassword) throws UsageException {
        return DonorsCommand.request(
                requests(target.directory(), password, keyPassword),
                connection.addresses().get(0));
    }

    /** Makes the requests for clones of several donors, which differ in nothing else. */
    private Function<DonorAddress, CloneRequest> requests(Path place, Password password, Password keyPassword)
            throws UsageException {
        LoginSettings login = connection.login(password);
        TlsSettings protection = tls.settings(keyPassword);
        try {
            TransferSettings transfer = clone.settings(compression.settings(), around.isCheckedFirst());
            InterruptionSettings interruptions = resume.settings();
            TargetSettings targetSettings = target.settings(place, verify.mode(), encryption.settings(), server());
            return donor -> new CloneRequest(donor, login, protection, transfer, interruptions, targetSettings);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private TargetServer server() throws UsageException {
        return configuration.addTo(compatibility.targetServer(), target.directory());
    }

    /** A clone of one donor, or of any of several. */
    @FunctionalInterface
    private interface Clone {
        CloneResult run() throws CloneException;
    }

    private int run(
            CloneControl control, Clone clone, CloneRequest request, Optional<LimitsFile> limits, AfterClone after) {
        boolean json = output.isJson();
        limits.ifPresent(file -> control.setBandwidthLimits(file.limits()));
        StopSignals signals = StopSignals.arm(control);
        Optional<OsSignal> hangUp = limits.map(file -> file.watch(control::setBandwidthLimits, screen::println));
        try {
            CloneResult result = clone.run();
            screen.setStatus("");
            metrics.ifPresent(file -> file.ended(Optional.empty()));
            context.print(json ? ResultJson.of(result) + "\n" : Summary.of(result));
            signals.disarm(); // there is no clone left to stop
            if (output.logFile().isPresent()) {
                EventLog.completed(result);
            }
            after.run(request, result);
            return 0;
        } catch (CloneException e) {
            screen.setStatus("");
            metrics.ifPresent(file -> file.ended(Optional.of(e)));
            if (json) {
                context.print(ErrorReport.json(e) + "\n");
            }
            screen.printLines(ErrorReport.text(e));
            if (output.logFile().isPresent()) {
                EventLog.failed(e);
            }
            return signals.exitStatus().orElse(e.code().exitStatus());
        } finally {
            hangUp.ifPresent(OsSignal::close);
            signals.disarm();
        }
    }

    private CloneListener listener() {
        List<CloneListener> listeners = new ArrayList<>(CloneReporters.of(context, screen, output));
        metrics = output.metricsFile()
                .map(file -> new MetricsFile(file, target.directory(), Clock.systemUTC(), screen::println));
        metrics.ifPresent(listeners::add);
        if (output.logLevel().compareTo(LogLevel.INFO) >= 0) {
            listeners.add(new EventLog());
        }
        return new Reporters(listeners);
    }
}

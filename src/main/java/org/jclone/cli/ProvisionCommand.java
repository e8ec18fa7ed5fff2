package org.jclone.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jclone.cli.log.LogSettings;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.CloneOptions;
import org.jclone.cli.option.CompatibilityOptions;
import org.jclone.cli.option.CompressionOptions;
import org.jclone.cli.option.ConfigurationOptions;
import org.jclone.cli.option.ConnectionOptions;
import org.jclone.cli.option.DonorChoiceOptions;
import org.jclone.cli.option.EncryptionOptions;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.HookOptions;
import org.jclone.cli.option.OutputOptions;
import org.jclone.cli.option.ProvisionOptions;
import org.jclone.cli.option.RoundOptions;
import org.jclone.cli.option.TargetOptions;
import org.jclone.cli.option.TlsOptions;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.option.VerifyOptions;
import org.jclone.cli.output.DonorReporter;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.ProvisionJson;
import org.jclone.cli.output.ProvisionText;
import org.jclone.cli.output.Reporters;
import org.jclone.cli.output.Screen;
import org.jclone.json.PlanJson;
import org.jclone.metrics.MetricsFile;
import org.jclone.provision.Provisioning;
import org.jclone.provision.api.DonorChoice;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.provision.donor.DonorListener;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.donor.RequestAccess;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.InterruptionSettings;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.api.TargetSettings;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.api.TransferSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jclone provision}: makes a replica of a source, in a new directory or instead of old data. */
@Command(
        name = "provision",
        customSynopsis =
                "jclone provision --donor=HOST[:PORT] --user=USER --dir=DIR --replication-user=USER [OPTION...]",
        descriptionHeading = "%n",
        description =
                "Clone a server, make the clone a replica, let it catch up where no client reaches it, and start it.",
        preprocessor = ArgumentSpelling.class)
@Examples({
    "# Make this machine a replica of db1. The passwords come from files.",
    "jclone provision --donor=db1 --user=cloner --password-file=/etc/jclone/clone.pw \\",
    "  --replication-user=repl --replication-password-file=/etc/jclone/repl.pw --dir=/var/lib/mysql",
    "# Continue a run that was stopped.",
    "jclone provision --resume --donor=db1 --user=cloner --password-file=/etc/jclone/clone.pw \\",
    "  --replication-user=repl --replication-password-file=/etc/jclone/repl.pw --dir=/var/lib/mysql"
})
class ProvisionCommand implements Callable<Integer> {

    /** The exit status of a plan. */
    private static final int INCREMENTAL = 3;

    private final ProgramContext context;
    private final Screen screen;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private DonorChoiceOptions choice;

    @Mixin
    private RoundOptions rounds;

    @Mixin
    private ProvisionOptions provision;

    @Mixin
    private HookOptions hooks;

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
    private OutputOptions output;

    ProvisionCommand(ProgramContext context) {
        this.context = context;
        this.screen = new Screen(context.err());
    }

    /** Whether to show what would be done, and to do nothing. */
    boolean isDryRun() {
        return provision.isDryRun();
    }

    /** @return the exit status */
    @Override
    public Integer call() throws UsageException {
        DonorListener donors =
                new DonorReporter(screen, output.isJson() ? Optional.of(context.out()) : Optional.empty());
        checkOptions(donors); // report invalid options before anything else
        Provisioning.Mode mode = provision.mode();
        PasswordSource passwords = new PasswordSource(context, screen::println);
        try (Password password = passwords.read(connection);
                Password keyPassword = passwords.readKeyPassword(tls);
                Password replication = passwords.readReplication(provision)) {
            LogSettings.install(output.logLevel(), screen::printLines);
            ProvisionRequest request = request(password, keyPassword, replication, donors);
            return isDryRun() ? plan(request) : run(request, mode);
        }
    }

    /** Makes a request without passwords, to find invalid options. */
    ProvisionRequest checkOptions(DonorListener donors) throws UsageException {
        return request(Password.empty(), Password.empty(), Password.empty(), donors);
    }

    /** Makes a request with the passwords that the options name. */
    ProvisionRequest request(PasswordSource passwords, DonorListener donors) throws UsageException {
        return request(
                passwords.read(connection),
                passwords.readKeyPassword(tls),
                passwords.readReplication(provision),
                donors);
    }

    /** Asks and rates the donors. */
    DonorTable donors(PasswordSource passwords) throws UsageException, CloneException {
        try (Password password = passwords.read(connection);
                Password keyPassword = passwords.readKeyPassword(tls)) {
            TargetServer server = configuration.addTo(compatibility.targetServer(), target.directory());
            RequestAccess access = new RequestAccess(requests(server, password, keyPassword), connection::prohibition);
            return DonorsCommand.search(connection, choice, access, Optional.of(target.directory()))
                    .run();
        }
    }

    /** Returns the files with secrets that the options name. */
    List<Path> secrets() {
        return Stream.of(
                        connection.password().passwordFile(),
                        provision.replicationPasswordFile(),
                        tls.sslKeyPasswordFile(),
                        tls.sslKey())
                .flatMap(Optional::stream)
                .toList();
    }

    Optional<String> service() {
        return provision.serviceUnit();
    }

    List<DonorAddress> addresses() throws UsageException {
        return connection.addresses();
    }

    private ProvisionRequest request(
            Password password, Password keyPassword, Password replication, DonorListener donors) throws UsageException {
        if (target.isDropFirst()) {
            throw new UsageException(
                    "--replace=DROP-FIRST: provision keeps the old data until the new server is configured");
        }
        TargetServer server = configuration.addTo(compatibility.targetServer(), target.directory());
        try {
            Function<DonorAddress, CloneRequest> requests = requests(server, password, keyPassword);
            List<DonorAddress> all = connection.addresses();
            boolean isChoice = connection.isSeveral() || choice.isGiven() || rounds.isWaiting();
            return new ProvisionRequest(
                    requests.apply(all.get(0)),
                    isChoice ? Optional.of(choice(requests, donors)) : Optional.empty(),
                    provision.mysqld(server.mysqld(), context.environment()),
                    provision.replication(replication, tls.settings(keyPassword)),
                    provision.waiting(),
                    provision.service(),
                    provision.recovery(),
                    hooks.settings(),
                    provision.join(connection::prohibition),
                    target.isReplaced(),
                    target.isOldKept());
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private Function<DonorAddress, CloneRequest> requests(TargetServer server, Password password, Password keyPassword)
            throws UsageException {
        LoginSettings login = connection.login(password);
        TlsSettings protection = tls.settings(keyPassword);
        TransferSettings transfer = clone.settings(compression.settings(), true);
        TargetSettings place = target.settings(target.directory(), verify.mode(), encryption.settings(), server)
                .withReplacement(Replacement.STAGE);
        return donor -> new CloneRequest(
                donor, login, protection, transfer, InterruptionSettings.DEFAULT.withResume(ResumeMode.AUTO), place);
    }

    private DonorChoice choice(Function<DonorAddress, CloneRequest> requests, DonorListener donors)
            throws UsageException {
        RequestAccess access = new RequestAccess(requests, connection::prohibition);
        return new DonorChoice(
                connection.isSeveral() || choice.from().isPresent(),
                requests,
                access,
                DonorsCommand.search(connection, choice, access, Optional.of(target.directory())),
                rounds.settings(),
                donors);
    }

    private int plan(ProvisionRequest request) {
        ProvisionPlan plan = new Provisioning(request, listener(Optional.empty())).plan();
        context.print(output.isJson() ? PlanJson.of(plan) + "\n" : ProvisionText.of(plan));
        return switch (plan.outcome()) {
            case CLONE -> 0;
            case INCREMENTAL -> INCREMENTAL;
            case IMPOSSIBLE -> CloneErrorCode.PROVISIONING.exitStatus();
        };
    }

    private int run(ProvisionRequest request, Provisioning.Mode mode) {
        Optional<MetricsFile> metrics = output.metricsFile()
                .map(file -> new MetricsFile(file, request.directory(), Clock.systemUTC(), screen::println));
        Provisioning provisioning = new Provisioning(request, listener(metrics));
        StopSignals signals = StopSignals.arm(provisioning::stop, provisioning::stop);
        try {
            Optional<ProvisionResult> result = provisioning.run(mode);
            screen.setStatus("");
            metrics.ifPresent(file -> file.ended(Optional.empty()));
            result.ifPresent(
                    found -> context.print(output.isJson() ? ProvisionJson.of(found) + "\n" : ProvisionText.of(found)));
            return 0;
        } catch (CloneException e) {
            screen.setStatus("");
            metrics.ifPresent(file -> file.ended(Optional.of(e)));
            if (output.isJson()) {
                context.print(
                        (e instanceof ProvisionException step ? ProvisionJson.of(step) : ErrorReport.json(e)) + "\n");
            }
            screen.printLines(ErrorReport.text(e));
            if (e instanceof ProvisionException step) {
                screen.printLines("  " + step.state());
            }
            return signals.exitStatus().orElse(e.code().exitStatus());
        } finally {
            signals.disarm();
        }
    }

    private ProvisionListener listener(Optional<MetricsFile> metrics) {
        List<CloneListener> listeners = new ArrayList<>(CloneReporters.of(context, screen, output));
        metrics.ifPresent(listeners::add);
        Reporters reporters = new Reporters(listeners);
        return new ProvisionListener() {
            @Override
            public void onProvision(ProvisionEvent event) {
                metrics.ifPresent(file -> file.onProvision(event));
                if (output.isJson()) {
                    context.print(ProvisionJson.of(event) + "\n");
                }
                String text = ProvisionText.of(event);
                if (!text.isEmpty()) {
                    screen.printLines(text);
                }
            }

            @Override
            public void onEvent(CloneEvent event) {
                reporters.onEvent(event);
            }

            @Override
            public void onProgress(CloneProgress progress) {
                reporters.onProgress(progress);
            }
        };
    }
}

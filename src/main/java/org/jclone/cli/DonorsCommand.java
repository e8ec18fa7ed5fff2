package org.jclone.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jclone.cli.log.LogSettings;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.CompatibilityOptions;
import org.jclone.cli.option.ConnectionOptions;
import org.jclone.cli.option.DonorChoiceOptions;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.option.OutputFormat;
import org.jclone.cli.option.TlsOptions;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.DonorsText;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.Screen;
import org.jclone.json.DonorsJson;
import org.jclone.provision.donor.DonorSearch;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.donor.RequestAccess;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.InterruptionSettings;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.TargetSettings;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.api.TransferSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jclone donors}: shows which donors there are, and which one {@code jclone fetch} would clone. */
@Command(
        name = "donors",
        customSynopsis = "jclone donors --donor=HOST[:PORT] --user=USER [OPTION...]",
        descriptionHeading = "%n",
        description = "Show all candidates for a clone, with score and reasons, the best first. No clone begins.",
        preprocessor = ArgumentSpelling.class)
@Examples({
    "# Compare two donors.",
    "jclone donors --donor=db1.example.com --donor=db2.example.com --user=cloner --password",
    "# Find the members of the replication group of db1.",
    "jclone donors --donor=db1.example.com --donors-from=GROUP --user=cloner --password"
})
final class DonorsCommand implements Callable<Integer> {

    /** For the statements, after the login. */
    private static final Duration ALLOWANCE = Duration.ofSeconds(10);

    private final ProgramContext context;
    private final Screen screen;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private TlsOptions tls;

    @Mixin
    private CompatibilityOptions compatibility;

    @Mixin
    private DonorChoiceOptions choice;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The data directory that the clone is for: its own server is no donor.")
    private Path directory;

    @Option(names = "--output", paramLabel = "FORMAT", description = "Format of the table on standard output.")
    private OutputFormat format = OutputFormat.TEXT;

    DonorsCommand(ProgramContext context) {
        this.context = context;
        this.screen = new Screen(context.err());
    }

    /** @return 0 if a donor is suitable, otherwise the exit status that a clone of the first would have */
    @Override
    public Integer call() throws UsageException {
        // Report invalid options before asking for a password.
        Function<DonorAddress, CloneRequest> requests = requests(Password.empty(), Password.empty());
        for (DonorAddress donor : connection.addresses()) {
            request(requests, donor);
        }
        try (Password password = new PasswordSource(context, screen::println).read(connection);
                Password keyPassword = new PasswordSource(context, screen::println).readKeyPassword(tls)) {
            LogSettings.install(LogLevel.WARN, screen);
            RequestAccess access = new RequestAccess(requests(password, keyPassword), connection::prohibition);
            DonorTable table = search(connection, choice, access, Optional.ofNullable(directory))
                    .run();
            context.print(format == OutputFormat.JSON ? DonorsJson.of(table) + "\n" : DonorsText.of(table));
            return table.exitStatus();
        } catch (CloneException e) {
            screen.printLines(ErrorReport.text(e));
            return e.code().exitStatus();
        }
    }

    static DonorSearch search(
            ConnectionOptions connection, DonorChoiceOptions choice, RequestAccess access, Optional<Path> target)
            throws UsageException {
        return new DonorSearch(
                access,
                connection.addresses(),
                choice.from(),
                choice.rules(target),
                connection.login(Password.empty()).connectTimeout().plus(ALLOWANCE),
                System::nanoTime,
                ThreadLocalRandom.current());
    }

    private Function<DonorAddress, CloneRequest> requests(Password password, Password keyPassword)
            throws UsageException {
        return requests(connection, tls, compatibility, password, keyPassword);
    }

    /** Makes the requests for checks of several donors, without what concerns only the target. */
    static Function<DonorAddress, CloneRequest> requests(
            ConnectionOptions connection,
            TlsOptions tls,
            CompatibilityOptions compatibility,
            Password password,
            Password keyPassword)
            throws UsageException {
        LoginSettings login = connection.login(password);
        TlsSettings protection = tls.settings(keyPassword);
        TargetSettings target = TargetSettings.DEFAULT.withServer(compatibility.targetServer());
        return donor -> new CloneRequest(
                donor, login, protection, TransferSettings.DEFAULT, InterruptionSettings.DEFAULT, target);
    }

    /** @throws UsageException if options contradict each other */
    static CloneRequest request(Function<DonorAddress, CloneRequest> requests, DonorAddress donor)
            throws UsageException {
        try {
            return requests.apply(donor);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }
}

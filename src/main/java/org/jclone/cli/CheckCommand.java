package org.jclone.cli;

import java.util.concurrent.Callable;
import org.jclone.cli.log.LogSettings;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.CheckOptions;
import org.jclone.cli.option.CompatibilityOptions;
import org.jclone.cli.option.ConnectionOptions;
import org.jclone.cli.option.EncryptionOptions;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.option.TlsOptions;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.CheckJson;
import org.jclone.cli.output.CheckText;
import org.jclone.cli.output.Screen;
import org.jclone.recipient.DonorCheck;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Password;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jclone check}: finds what would make a clone fail, without starting one. */
@Command(
        name = "check",
        customSynopsis = "jclone check --donor=HOST[:PORT] --user=USER [OPTION...]",
        descriptionHeading = "%n",
        description = "Find in seconds what would prevent or affect a clone. No clone begins, and nothing is changed.",
        preprocessor = ArgumentSpelling.class)
@Examples({
    "# Find what would prevent a clone.",
    "jclone check --donor=db1.example.com --user=cloner --password",
    "# The same for a certain directory, and for the server that will run on it.",
    "jclone check --donor=db1.example.com --user=cloner --password --dir=/var/lib/mysql-new \\",
    "  --target-version=9.7.4"
})
final class CheckCommand implements Callable<Integer> {

    private final ProgramContext context;
    private final Screen screen;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private TlsOptions tls;

    @Mixin
    private CompatibilityOptions compatibility;

    @Mixin
    private EncryptionOptions encryption;

    @Mixin
    private CheckOptions options;

    CheckCommand(ProgramContext context) {
        this.context = context;
        this.screen = new Screen(context.err());
    }

    /** @return 0, or the exit status that the failed clone would have */
    @Override
    public Integer call() throws UsageException {
        request(Password.empty(), Password.empty()); // report invalid options before asking for a password
        try (Password password = new PasswordSource(context, screen::println).read(connection);
                Password keyPassword = new PasswordSource(context, screen::println).readKeyPassword(tls)) {
            CloneRequest request = request(password, keyPassword);
            LogSettings.install(LogLevel.WARN, screen);
            CheckReport report = new DonorCheck(request).run();
            context.print(options.isJson() ? CheckJson.of(report) + "\n" : CheckText.of(report));
            return report.exitStatus();
        }
    }

    private CloneRequest request(Password password, Password keyPassword) throws UsageException {
        try {
            return CloneRequest.builder()
                    .donor(connection.address())
                    .login(connection.login(password))
                    .tls(tls.settings(keyPassword))
                    .transfer(options.transfer())
                    .target(options.target(encryption.settings(), compatibility.targetServer()))
                    .buildForCheck();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }
}

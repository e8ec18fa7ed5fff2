package example.provision;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Properties;
import org.jclone.provision.Provisioning;
import org.jclone.provision.api.HookSettings;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.provision.api.ReplicationSettings;
import org.jclone.provision.api.ServiceSettings;
import org.jclone.provision.api.SourceChoice;
import org.jclone.provision.api.WaitSettings;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.api.TargetSettings;
import org.jclone.recipient.api.TlsSettings;

/** Makes a replica of the donor that a file of properties describes; a second start continues what was interrupted. */
public final class MakeReplica implements ProvisionListener {

    private final Properties settings;

    private MakeReplica(Properties settings) {
        this.settings = settings;
    }

    /** Provisions. The exit status is that of {@code jclone provision}. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("argument: a file of properties, such as replica.properties");
            System.exit(2);
        }
        Properties settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of(arguments[0]))) {
            settings.load(file);
        }
        System.exit(new MakeReplica(settings).run());
    }

    private int run() throws IOException {
        try {
            ProvisionPlan plan = new Provisioning(request(), this).plan();
            System.out.println("plan: " + plan.outcome());
            plan.problems().forEach(problem -> System.err.println("problem: " + problem));

            // RESUME_OR_BEGIN: this program may have been killed in any step.
            ProvisionResult result = new Provisioning(request(), this)
                    .run(Provisioning.Mode.RESUME_OR_BEGIN)
                    .orElseThrow();
            System.out.println("replica: server_id " + result.serverId() + ", source "
                    + result.source().orElseThrow() + ", started " + result.started());
            return 0;
        } catch (ProvisionException e) {
            System.err.println(e.getMessage());
            System.err.println(e.hint());
            System.err.println(e.state());
            return e.code().exitStatus();
        } catch (CloneException e) {
            System.err.println(e.getMessage());
            System.err.println(e.hint());
            return e.code().exitStatus();
        }
    }

    /** A run wipes the passwords of its request, so each has its own. */
    private ProvisionRequest request() throws IOException {
        Path mysqld = Path.of(setting("mysqld"));
        TargetServer server = TargetServer.known(Optional.empty(), Optional.of(mysqld), Optional.empty())
                .forClone(false, Optional.of(Path.of(setting("config-file"))), Optional.empty());
        CloneRequest copy = CloneRequest.builder()
                .donor(DonorAddress.parse(setting("donor")))
                .login(LoginSettings.of(setting("user"), password("password-file")))
                .tls(it -> it.withSslMode(SslMode.REQUIRED))
                .interruptions(it -> it.withResume(ResumeMode.AUTO))
                .target(TargetSettings.of(Path.of(setting("directory")))
                        .withReplacement(Replacement.STAGE)
                        .withServer(server))
                .build();
        ReplicationSettings replication = new ReplicationSettings(
                SourceChoice.DONOR,
                ReplicationSettings.Channels.REPLACE,
                setting("replication-user"),
                password("replication-password-file"),
                "",
                ReplicationSettings.Method.AUTO,
                TlsSettings.DEFAULT.withSslMode(SslMode.REQUIRED),
                Optional.empty(),
                false);
        return new ProvisionRequest(
                copy,
                Optional.empty(),
                new MysqldSettings(
                        mysqld, Optional.of(Path.of(setting("mysqld-defaults-file"))), List.of(), Optional.empty()),
                replication,
                new WaitSettings(WaitSettings.Until.CAUGHT_UP, Duration.ofSeconds(1), Duration.ofMinutes(10)),
                new ServiceSettings(
                        Optional.empty(), Optional.of(setting("stop-command")), Optional.of(setting("start-command"))),
                RecoverySettings.DEFAULT,
                HookSettings.NONE,
                Optional.empty(),
                Boolean.parseBoolean(settings.getProperty("replace", "false")),
                false);
    }

    private String setting(String name) {
        String value = settings.getProperty(name);
        if (value == null) {
            throw new NoSuchElementException(name + " is missing in the file of properties");
        }
        return value;
    }

    private Password password(String name) throws IOException {
        return Password.of(Files.readAllLines(Path.of(setting(name))).get(0).toCharArray());
    }

    @Override
    public void onProvision(ProvisionEvent event) {
        System.out.println(event);
    }
}

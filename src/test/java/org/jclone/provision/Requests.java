package org.jclone.provision;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.api.HookSettings;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.ReplicationSettings;
import org.jclone.provision.api.ReplicationSettings.Channels;
import org.jclone.provision.api.ServiceSettings;
import org.jclone.provision.api.SourceChoice;
import org.jclone.provision.api.WaitSettings;
import org.jclone.provision.group.JoinSettings;
import org.jclone.provision.group.RecoveryCredentials;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.api.TlsSettings;

/** Requests for tests without a server. */
public final class Requests {

    private Requests() {}

    /** Returns a request without commands, whose settings file {@code c.cnf} is beside the data. */
    public static ProvisionRequest of(Path directory, boolean keepOld) {
        return of(directory, keepOld, HookSettings.NONE);
    }

    /** Returns a request whose settings file {@code c.cnf} is beside the data. */
    public static ProvisionRequest of(Path directory, boolean keepOld, HookSettings hooks) {
        return new ProvisionRequest(
                CloneRequest.builder()
                        .donor(new DonorAddress("db1", 3306))
                        .login(LoginSettings.of("cloner", Password.of("pw1".toCharArray())))
                        .target(it -> it.withDirectory(directory)
                                .withReplacement(Replacement.STAGE)
                                .withServer(TargetServer.UNKNOWN.forClone(
                                        false, Optional.of(directory.resolveSibling("c.cnf")), Optional.empty())))
                        .build(),
                Optional.empty(),
                new MysqldSettings(Path.of("mysqld"), Optional.empty(), List.of(), Optional.empty()),
                new ReplicationSettings(
                        SourceChoice.DONOR,
                        ReplicationSettings.Channels.REPLACE,
                        "repl",
                        Password.of("pw2".toCharArray()),
                        "",
                        ReplicationSettings.Method.AUTO,
                        TlsSettings.DEFAULT,
                        Optional.empty(),
                        false),
                new WaitSettings(WaitSettings.Until.CAUGHT_UP, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                new ServiceSettings(Optional.empty(), Optional.empty(), Optional.empty()),
                RecoverySettings.DEFAULT,
                hooks,
                Optional.empty(),
                false,
                keepOld);
    }

    /** Returns a request for a sibling of the donor. */
    public static ProvisionRequest keepingChannels(Path directory) {
        return with(of(directory, false), Channels.KEEP, SourceChoice.DONOR, Optional.empty());
    }

    /** Returns a request for a member of the group of {@code db1}. */
    public static ProvisionRequest joining(Path directory, String... source) {
        return with(
                of(directory, false),
                Channels.REPLACE,
                SourceChoice.parse(List.of(source)),
                Optional.of(new JoinSettings(
                        Optional.empty(), Optional.empty(), RecoveryCredentials.STORE, address -> Optional.empty())));
    }

    /** Returns a request with commands that stop and start the server. */
    static ProvisionRequest withService(Path directory, String stop, String start) {
        ProvisionRequest replica = of(directory, false);
        return new ProvisionRequest(
                replica.copy(),
                replica.choice(),
                replica.mysqld(),
                replica.replication(),
                replica.waiting(),
                new ServiceSettings(Optional.empty(), Optional.of(stop), Optional.of(start)),
                replica.recovery(),
                replica.hooks(),
                replica.join(),
                replica.replace(),
                replica.keepOld());
    }

    private static ProvisionRequest with(
            ProvisionRequest replica, Channels channels, SourceChoice source, Optional<JoinSettings> join) {
        ReplicationSettings replication = replica.replication();
        return new ProvisionRequest(
                replica.copy(),
                replica.choice(),
                replica.mysqld(),
                new ReplicationSettings(
                        source,
                        channels,
                        replication.user(),
                        replication.password(),
                        replication.channel(),
                        replication.method(),
                        replication.tls(),
                        replication.reportHost(),
                        replication.writable()),
                replica.waiting(),
                replica.service(),
                replica.recovery(),
                replica.hooks(),
                join,
                replica.replace(),
                replica.keepOld());
    }
}

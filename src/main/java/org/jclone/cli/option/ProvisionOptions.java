package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jclone.provision.Provisioning;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.provision.api.ReplicationSettings;
import org.jclone.provision.api.ServiceSettings;
import org.jclone.provision.api.WaitSettings;
import org.jclone.provision.group.JoinSettings;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.TlsSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * What the new server is, how it replicates, and what happens to it at the end: one heading over several groups, which
 * the help shows in the order of the fields.
 */
@Command(optionListHeading = "Replica")
public final class ProvisionOptions {

    @Mixin
    private ReplicationOptions replication;

    @Mixin
    private GroupOptions group;

    @Mixin
    private MysqldOptions mysqld;

    @Mixin
    private WaitOptions waiting;

    @Mixin
    private ServiceOptions service;

    @Mixin
    private RecoveryOptions recovery;

    @Mixin
    private RunOptions run;

    /** @throws UsageException if options exclude each other */
    public Provisioning.Mode mode() throws UsageException {
        return run.mode();
    }

    public boolean isDryRun() {
        return run.isDryRun();
    }

    public RecoverySettings recovery() {
        return recovery.settings();
    }

    public Optional<Path> replicationPasswordFile() {
        return replication.passwordFile();
    }

    public Optional<Integer> replicationPasswordFd() {
        return replication.passwordFd();
    }

    /**
     * @param prohibition why an address must not be connected to
     * @throws UsageException if options contradict each other
     */
    public Optional<JoinSettings> join(Function<DonorAddress, Optional<String>> prohibition) throws UsageException {
        return group.settings(prohibition);
    }

    /** @throws IllegalArgumentException if a value is not possible */
    public ReplicationSettings replication(Password password, TlsSettings tls) {
        return replication.settings(password, tls);
    }

    /**
     * Returns the server, found in the path if it is not given.
     *
     * @param given of {@code --mysqld}
     */
    public MysqldSettings mysqld(Optional<Path> given, Map<String, String> environment) throws UsageException {
        return mysqld.settings(given, environment);
    }

    public WaitSettings waiting() {
        return waiting.settings();
    }

    /** Returns the systemd unit of the server. */
    public Optional<String> serviceUnit() {
        return service.unit();
    }

    /** @throws UsageException if the service is given twice */
    public ServiceSettings service() throws UsageException {
        return service.settings();
    }
}

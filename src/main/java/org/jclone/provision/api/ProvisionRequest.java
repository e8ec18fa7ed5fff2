package org.jclone.provision.api;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jclone.provision.group.JoinSettings;
import org.jclone.provision.plan.RecoveryMethod;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Replacement;

/**
 * What to provision, and how.
 *
 * @param copy the clone: donor, account, TLS, and the data directory; it is staged, and names a file for settings
 * @param choice donors to choose from; then {@code copy} names any of them
 * @param join the group that the new server becomes a member of; empty for a replica
 * @param replace whether the directory may hold the data of an older server
 * @param keepOld whether to keep that data after the run
 */
public record ProvisionRequest(
        CloneRequest copy,
        Optional<DonorChoice> choice,
        MysqldSettings mysqld,
        ReplicationSettings replication,
        WaitSettings waiting,
        ServiceSettings service,
        RecoverySettings recovery,
        HookSettings hooks,
        Optional<JoinSettings> join,
        boolean replace,
        boolean keepOld) {

    public ProvisionRequest {
        Objects.requireNonNull(choice, "choice");
        Objects.requireNonNull(mysqld, "mysqld");
        Objects.requireNonNull(replication, "replication");
        Objects.requireNonNull(waiting, "waiting");
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(recovery, "recovery");
        Objects.requireNonNull(hooks, "hooks");
        Objects.requireNonNull(join, "join");
        if (copy.target().replacement() != Replacement.STAGE) {
            throw new IllegalArgumentException("the clone must be staged");
        }
        if (copy.target().server().configFile().isEmpty()) {
            throw new IllegalArgumentException("--config-file is missing: the settings of the new server go there");
        }
        boolean newChannel = replication.hasNewChannel();
        // A group names its members.
        boolean fixed = !newChannel || replication.source().isPresent() || join.isPresent();
        if (!fixed && copy.donor().socket().isPresent()) {
            throw new IllegalArgumentException(
                    "--source is missing: the donor is named by its socket, and replication needs a host");
        }
        if (choice.filter(DonorChoice::several).isPresent() && !fixed) {
            throw new IllegalArgumentException(
                    "--source is missing: with several donors, the source must not depend on which one is cloned");
        }
        if (join.isPresent() && !replication.channel().isEmpty()) {
            throw new IllegalArgumentException(
                    "a group has its own channels: --channel and --join-group exclude each other");
        }
        if (join.isPresent() && replication.method() == ReplicationSettings.Method.POSITION) {
            throw new IllegalArgumentException(
                    "a group needs GTIDs: --position=POSITION and --join-group exclude each other");
        }
        if (join.isPresent() && !newChannel) {
            throw new IllegalArgumentException("a member replicates with its group: --channels="
                    + replication.channels() + " and --join-group exclude each other");
        }
        if (!newChannel && recovery.method() == RecoveryMethod.INCREMENTAL) {
            throw new IllegalArgumentException("--channels=" + replication.channels()
                    + " is about a clone, and --recovery-method=INCREMENTAL makes none");
        }
        if (copy.directory().getParent() == null) {
            throw new IllegalArgumentException("directory: the root of the file system");
        }
    }

    /** {@return the data directory of the new server} */
    public Path directory() {
        return copy.directory();
    }

    /** {@return the file for the settings of the new server, absolute} */
    public Path configFile() {
        return copy.target()
                .server()
                .configFile()
                .orElseThrow()
                .toAbsolutePath()
                .normalize();
    }

    /** Wipes the passwords. */
    public void wipe() {
        copy.login().password().close();
        copy.tls().sslKeyPassword().close();
        replication.password().close();
        replication.tls().sslKeyPassword().close();
    }
}

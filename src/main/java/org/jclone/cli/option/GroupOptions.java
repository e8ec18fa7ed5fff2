package org.jclone.cli.option;

import java.util.Optional;
import java.util.function.Function;
import org.jclone.provision.group.JoinSettings;
import org.jclone.provision.group.RecoveryCredentials;
import org.jclone.recipient.api.DonorAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether and how the new server becomes a member of a replication group. */
final class GroupOptions {

    @Option(
            names = "--join-group",
            description =
                    "Make the new server an ONLINE member of the replication group that the donor, or --source, is a"
                            + " member of.")
    private boolean joinGroup;

    @Option(
            names = "--group-local-address",
            paramLabel = "HOST:PORT",
            converter = AddressWithPort.class,
            description = "The address for the group's own traffic: group_replication_local_address. The default is"
                    + " --report-host with the SQL port if the group uses the MySQL communication stack, and with the"
                    + " port that the donor has for the group otherwise.")
    private DonorAddress groupLocalAddress;

    @Option(
            names = "--group-seeds",
            paramLabel = "HOST:PORT[,...]",
            description = "Members to join by: group_replication_group_seeds. The default is what the members report.")
    private String groupSeeds;

    @Option(
            names = "--keep-recovery-credentials",
            description =
                    "Keep the credentials of group_replication_recovery that the clone brings along. Without it they are"
                            + " replaced with those of --replication-user.")
    private boolean keepRecoveryCredentials;

    @Option(
            names = "--forget-recovery-credentials",
            description = "Store no credentials of group_replication_recovery. jclone starts the member with START"
                    + " GROUP_REPLICATION; after a restart of the server somebody has to.")
    private boolean forgetRecoveryCredentials;

    /**
     * @param prohibition why an address must not be connected to
     * @throws UsageException if options contradict each other
     */
    Optional<JoinSettings> settings(Function<DonorAddress, Optional<String>> prohibition) throws UsageException {
        if (keepRecoveryCredentials && forgetRecoveryCredentials) {
            throw new UsageException(
                    "--keep-recovery-credentials and --forget-recovery-credentials exclude each other");
        }
        if (!joinGroup) {
            boolean given = groupLocalAddress != null
                    || groupSeeds != null
                    || keepRecoveryCredentials
                    || forgetRecoveryCredentials;
            if (given) {
                throw new UsageException("--group-... and --...-recovery-credentials need --join-group");
            }
            return Optional.empty();
        }
        RecoveryCredentials credentials = keepRecoveryCredentials
                ? RecoveryCredentials.KEEP
                : forgetRecoveryCredentials ? RecoveryCredentials.FORGET : RecoveryCredentials.STORE;
        return Optional.of(new JoinSettings(
                Optional.ofNullable(groupLocalAddress), Optional.ofNullable(groupSeeds), credentials, prohibition));
    }

    /** Converts an address for which no port is the usual one. */
    static final class AddressWithPort implements ITypeConverter<DonorAddress> {

        @Override
        public DonorAddress convert(String value) {
            try {
                if (value.matches(".*[^:]:[0-9]+")) {
                    return DonorAddress.parse(value);
                }
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
            throw new TypeConversionException("'" + value + "' is not HOST:PORT");
        }
    }
}

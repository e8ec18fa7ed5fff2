package org.jclone.cli.option;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jclone.provision.Provisioning;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.provision.api.ReplicationSettings;
import org.jclone.provision.api.ServiceSettings;
import org.jclone.provision.api.SourceChoice;
import org.jclone.provision.api.WaitSettings;
import org.jclone.provision.group.JoinSettings;
import org.jclone.provision.group.RecoveryCredentials;
import org.jclone.provision.plan.RecoveryMethod;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.provision.server.GtidSet;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.TlsSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the new server is, how it replicates, and what happens to it at the end. */
@Command(optionListHeading = "Replica")
public final class ProvisionOptions {

    @Option(
            names = "--source",
            paramLabel = "HOST[:PORT]|DONOR|DONORS-SOURCE|ANY",
            description =
                    "The server to replicate from. The default is DONOR. DONORS-SOURCE makes a sibling of the donor; ANY is"
                            + " the donor's source if it has one, then the donor. Given several times, the first that has what"
                            + " the clone lacks is taken, and another one if it purges its binary logs before the channel"
                            + " starts.")
    private List<String> sources = new ArrayList<>();

    @Option(
            names = "--replication-user",
            paramLabel = "USER",
            description =
                    "Account on the source that the channel logs in with; it needs REPLICATION SLAVE, and REPLICATION"
                            + " CLIENT for replication by position. jclone also queries the source with it. Required unless"
                            + " --channels is given; with --channels=KEEP it is for channels without a stored password, and"
                            + " for questions to the sources before the copy.")
    private String replicationUser = "";

    @Option(
            names = "--channels",
            paramLabel = "REPLACE|KEEP|REMOVE",
            converter = ChannelsConverter.class,
            description =
                    "What happens to the donor's own channels. REPLACE removes them and sets up a new one. KEEP continues"
                            + " them, so that the new server replicates as the donor does. REMOVE makes a copy that does not"
                            + " replicate.")
    private ReplicationSettings.Channels channels = ReplicationSettings.Channels.REPLACE;

    @Option(
            names = "--writable",
            description = "With --channels=REMOVE: let the new server accept writes. Without it it is read-only.")
    private boolean writable;

    @Option(
            names = "--replication-password-file",
            paramLabel = "FILE",
            description = "File whose first line is that account's password, at most 32 characters.")
    private Path replicationPasswordFile;

    @Option(
            names = "--replication-password-fd",
            paramLabel = "N",
            description = "Open file descriptor, such as a pipe, whose first line is that account's password.")
    @Range(min = 0, max = 65535)
    private Integer replicationPasswordFd;

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            description = "Name of the replication channel. Without it the default channel is used.")
    private String channel = "";

    @Option(
            names = "--position",
            paramLabel = "AUTO|GTID|POSITION",
            converter = MethodConverter.class,
            description =
                    "How the channel finds its position. AUTO uses GTID if the source has gtid_mode=ON, and file and"
                            + " position otherwise; POSITION needs the donor as source.")
    private ReplicationSettings.Method method = ReplicationSettings.Method.AUTO;

    @Option(
            names = "--report-host",
            paramLabel = "HOST",
            description =
                    "The name under which other servers reach the new one: report_host. Without it the setting is left"
                            + " as it is.")
    private String reportHost;

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

    @Option(
            names = "--mysqld-defaults-file",
            paramLabel = "FILE",
            description = "The option file that the new server reads instead of the usual ones.")
    private Path mysqldDefaultsFile;

    @Option(
            names = "--mysqld-option",
            paramLabel = "--NAME=VALUE",
            description = "Further option of the new server's command line.")
    private List<String> mysqldOptions = new ArrayList<>();

    @Option(
            names = "--mysqld-user",
            paramLabel = "USER",
            description = "The user that the new server runs as. It becomes the owner of the data. Needs root.")
    private String mysqldUser;

    @Option(
            names = "--wait",
            paramLabel = "WHAT",
            converter = UntilConverter.class,
            description =
                    "What to wait for before the server is handed over: CAUGHT_UP, that it has what the source had"
                            + " --wait-lag ago; REPLICATING, that receiver and applier run; CONFIGURED, nothing.")
    private WaitSettings.Until until = WaitSettings.Until.CAUGHT_UP;

    @Option(names = "--wait-lag", paramLabel = "SECONDS", description = "How far behind CAUGHT_UP may be.")
    @Range(min = 1, max = 86_400)
    private int maxLagSeconds = 10;

    @Option(
            names = "--wait-stall",
            paramLabel = "SECONDS",
            description = "Give up if a server makes no progress at all for this long. There is no other time limit.")
    @Range(min = 1, max = 86_400)
    private int stallSeconds = 600;

    @Option(
            names = "--service",
            paramLabel = "UNIT",
            description = "The systemd unit of the server: it is stopped before the exchange, and started at the end.")
    private String service;

    @Option(
            names = "--stop-command",
            paramLabel = "COMMAND",
            description = "Command for /bin/sh that stops the old server, instead of --service.")
    private String stopCommand;

    @Option(
            names = "--start-command",
            paramLabel = "COMMAND",
            description =
                    "Command for /bin/sh that starts the new server, instead of --service. Without both the server is"
                            + " left stopped.")
    private String startCommand;

    @Option(
            names = "--recovery-method",
            paramLabel = "AUTO|CLONE|INCREMENTAL",
            converter = RecoveryConverter.class,
            description =
                    "What to do with a target that has data and whose server answers. INCREMENTAL keeps the data and"
                            + " fetches the missing transactions from the source's binary logs. AUTO does so if possible and if fewer"
                            + " than --clone-threshold are missing, and clones otherwise.")
    private RecoveryMethod recoveryMethod = RecoveryMethod.AUTO;

    @Option(
            names = "--clone-threshold",
            paramLabel = "N",
            description = "AUTO clones if this many transactions or more are missing. Without it there is no limit.")
    @Range(min = 1, max = Integer.MAX_VALUE)
    private Integer cloneThreshold;

    @Option(
            names = "--expected-rate",
            paramLabel = "MIB",
            description =
                    "How many MiB per second the copy is expected to reach, for estimates. Without it jclone uses the rate"
                            + " of the last clone of this directory, and without one assumes 50.")
    @Range(min = 1, max = 1_048_576)
    private Integer expectedRate;

    @Option(
            names = "--max-clones-per-day",
            paramLabel = "N",
            description =
                    "Refuse to begin a clone if the directory was cloned this often in the last 24 hours. 0 is no limit.")
    @Range(min = 0, max = 1000)
    private int maxClonesPerDay = RecoverySettings.DEFAULT_CLONES_PER_DAY;

    @Option(
            names = "--discard-errant",
            paramLabel = "GTIDSET",
            converter = GtidSetConverter.class,
            description =
                    "Exactly the transactions that the target has and the source lacks. They are lost when a clone"
                            + " replaces the target.")
    private GtidSet discardErrant;

    @Option(
            names = "--dry-run",
            description =
                    "Make all checks, show what the run would do and why, and change nothing. The exit status is 0 for"
                            + " a clone, 3 for an incremental recovery, and that of the error if neither is possible.")
    private boolean dryRun;

    @Option(
            names = "--resume",
            description = "Continue the run that the record in the directory describes, at the step where it ended.")
    private boolean resume;

    @Option(
            names = "--rollback",
            description = "Put the old data back, and remove the clone. Possible until the new server is configured.")
    private boolean rollback;

    /** @throws UsageException if both are given */
    public Provisioning.Mode mode() throws UsageException {
        if (resume && rollback) {
            throw new UsageException("--resume and --rollback exclude each other");
        }
        if (dryRun && (resume || rollback)) {
            throw new UsageException("--dry-run excludes --resume and --rollback");
        }
        return rollback ? Provisioning.Mode.ROLL_BACK : resume ? Provisioning.Mode.RESUME : Provisioning.Mode.NEW;
    }

    public boolean isDryRun() {
        return dryRun;
    }

    public RecoverySettings recovery() {
        return new RecoverySettings(
                recoveryMethod,
                cloneThreshold == null ? Long.MAX_VALUE : cloneThreshold.longValue(),
                discardErrant == null ? GtidSet.EMPTY : discardErrant,
                expectedRate == null ? 0 : expectedRate,
                maxClonesPerDay);
    }

    public Optional<Path> replicationPasswordFile() {
        return Optional.ofNullable(replicationPasswordFile);
    }

    public Optional<Integer> replicationPasswordFd() {
        return Optional.ofNullable(replicationPasswordFd);
    }

    /**
     * @param prohibition why an address must not be connected to
     * @throws UsageException if options contradict each other
     */
    public Optional<JoinSettings> join(Function<DonorAddress, Optional<String>> prohibition) throws UsageException {
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

    /** @throws IllegalArgumentException if a value is not possible */
    public ReplicationSettings replication(Password password, TlsSettings tls) {
        return new ReplicationSettings(
                SourceChoice.parse(sources),
                channels,
                replicationUser,
                password,
                channel,
                method,
                tls,
                Optional.ofNullable(reportHost),
                writable);
    }

    /**
     * Returns the server, found in the path if it is not given.
     *
     * @param given of {@code --mysqld}
     */
    public MysqldSettings mysqld(Optional<Path> given, Map<String, String> environment) throws UsageException {
        Path program = given.or(() -> find(environment))
                .orElseThrow(() -> new UsageException("missing: --mysqld=FILE, since no mysqld is in the path"));
        return new MysqldSettings(
                program, Optional.ofNullable(mysqldDefaultsFile), mysqldOptions, Optional.ofNullable(mysqldUser));
    }

    private static Optional<Path> find(Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin" + File.pathSeparator
                + "/usr/local/mysql/bin";
        return List.of(path.split(File.pathSeparator)).stream()
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "mysqld"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public WaitSettings waiting() {
        return new WaitSettings(until, Duration.ofSeconds(maxLagSeconds), Duration.ofSeconds(stallSeconds));
    }

    /** Returns the systemd unit of the server. */
    public Optional<String> serviceUnit() {
        return Optional.ofNullable(service);
    }

    /** @throws UsageException if the service is given twice */
    public ServiceSettings service() throws UsageException {
        if (service == null) {
            return new ServiceSettings(Optional.ofNullable(stopCommand), Optional.ofNullable(startCommand));
        }
        if (stopCommand != null || startCommand != null) {
            throw new UsageException("--service excludes --stop-command and --start-command");
        }
        return ServiceSettings.ofUnit(service);
    }

    /** Converts values of {@code --channels}. */
    static final class ChannelsConverter implements ITypeConverter<ReplicationSettings.Channels> {

        @Override
        public ReplicationSettings.Channels convert(String value) {
            return constant(ReplicationSettings.Channels.class, value);
        }
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

    /** Converts values of {@code --position}. */
    static final class MethodConverter implements ITypeConverter<ReplicationSettings.Method> {

        @Override
        public ReplicationSettings.Method convert(String value) {
            return constant(ReplicationSettings.Method.class, value);
        }
    }

    /** Converts values of {@code --recovery-method}. */
    static final class RecoveryConverter implements ITypeConverter<RecoveryMethod> {

        @Override
        public RecoveryMethod convert(String value) {
            return constant(RecoveryMethod.class, value);
        }
    }

    /** {@link GtidSet#parse}. */
    static final class GtidSetConverter implements ITypeConverter<GtidSet> {

        @Override
        public GtidSet convert(String value) {
            try {
                return GtidSet.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Converts values of {@code --wait}. */
    static final class UntilConverter implements ITypeConverter<WaitSettings.Until> {

        @Override
        public WaitSettings.Until convert(String value) {
            return constant(WaitSettings.Until.class, value);
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String value) {
        try {
            return Enum.valueOf(type, value.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + value + "' is none of the values");
        }
    }
}

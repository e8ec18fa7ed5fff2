package org.jclone.provision.step;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.ReplicationSettings.Channels;
import org.jclone.provision.api.ReplicationSettings.Method;
import org.jclone.provision.donor.TargetIdentity;
import org.jclone.provision.mysqld.EffectiveOptions;
import org.jclone.provision.mysqld.Fence;
import org.jclone.provision.mysqld.LeftOverServer;
import org.jclone.provision.mysqld.PrivateFolder;
import org.jclone.provision.mysqld.PrivateServer;
import org.jclone.provision.mysqld.ServerLog;
import org.jclone.provision.plan.Decision.Way;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.recipient.ServerConnector;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.DirectorySwap;
import org.jclone.recipient.replace.OwnNames;

/** What the steps of one run share. Used by one thread. */
public final class Run implements AutoCloseable {

    private static final java.time.Duration STATEMENT_TIMEOUT = java.time.Duration.ofMinutes(1);

    private static final int ER_ACCOUNT_HAS_BEEN_LOCKED = 3118;

    /** A member of a group has no channel of its own in the end. */
    private static final String CATCH_UP_CHANNEL = "jclone_catch_up";

    private static final int SHOWN_ERRORS = 4;

    private final ProvisionRequest request;
    private final ProvisionRecord record;
    private final RunReport report;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private Optional<GtidSet> purgedBefore = Optional.empty();
    private Optional<EffectiveOptions> effective = Optional.empty();
    private Optional<CloneException> unusableProgram = Optional.empty();
    private Optional<PrivateServer> privateServer = Optional.empty();
    private final List<Password> passwords = new ArrayList<>();
    private List<ReplicatingChannel> kept = List.of();

    public Run(
            ProvisionRequest request,
            ProvisionRecord record,
            ProvisionListener listener,
            Clock clock,
            LongSupplier nanoTime) {
        this.request = request;
        this.record = record;
        this.report = new RunReport(listener);
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Returns the clock for times that people read. */
    public Clock clock() {
        return clock;
    }

    /** Returns the clock for durations. */
    public LongSupplier nanoTime() {
        return nanoTime;
    }

    public ProvisionRequest request() {
        return request;
    }

    public ProvisionRecord record() {
        return record;
    }

    public RunReport report() {
        return report;
    }

    /** Returns what the source had purged when PREPARE asked it; empty for a run that is resumed. */
    Optional<GtidSet> purgedBefore() {
        return purgedBefore;
    }

    void setPurgedBefore(GtidSet purged) {
        purgedBefore = Optional.of(purged);
    }

    Path directory() {
        return request.directory();
    }

    Set<Path> others() {
        return request.copy().target().innodb().outside(request.directory());
    }

    DirectorySwap swap() {
        return DirectorySwap.markedToTheEnd(directory(), others());
    }

    ConfigFile configFile() {
        return new ConfigFile(request.configFile(), record);
    }

    KeptPersisted persisted() {
        return new KeptPersisted(directory(), record);
    }

    Fence fence() {
        return new Fence(directory(), others(), clock);
    }

    /** Returns the target's server, which runs as the user of its option files if none is given and this is root. */
    MysqldSettings mysqld() throws CloneException {
        MysqldSettings given = request.mysqld();
        return given.user().isPresent() || !ServerUser.isRoot()
                ? given
                : new MysqldSettings(
                        given.program(), given.optionFile(), given.options(), ServerUser.configured(given));
    }

    /** Returns the options that the server's own option files give it, asked once. */
    EffectiveOptions effective() throws CloneException {
        if (unusableProgram.isPresent()) {
            throw unusableProgram.get();
        }
        if (effective.isEmpty()) {
            try {
                effective = Optional.of(EffectiveOptions.of(request.mysqld()));
            } catch (CloneException e) {
                unusableProgram = Optional.of(e);
                throw e;
            }
        }
        return effective.get();
    }

    /** Whether the program was asked for its options, and did not show them. */
    boolean isProgramUnusable() {
        return unusableProgram.isPresent();
    }

    /** Discards the answers of the program, because an option file has changed. */
    void forgetEffective() {
        effective = Optional.empty();
    }

    /** Returns the donor that the clone is of, or the best one before there is a clone. */
    public DonorAddress donor() {
        return record.fact(Fact.DONOR)
                .map(text -> text.startsWith("/") ? DonorAddress.ofSocket(Path.of(text)) : DonorAddress.parse(text))
                .orElse(request.copy().donor());
    }

    /** Returns the request for a clone of one donor. */
    private CloneRequest copyOf(DonorAddress donor) {
        return request.choice().map(choice -> choice.requests().apply(donor)).orElse(request.copy());
    }

    DonorAddress sourceAddress() {
        return record.fact(Fact.SOURCE)
                .map(DonorAddress::parse)
                .or(() -> request.replication().source().first())
                .orElseGet(this::donor);
    }

    /**
     * Returns the {@code server_uuid} of the target, of its data before the run and of the new server, as far as known.
     */
    Set<String> targetUuids() {
        return Stream.of(
                        TargetIdentity.uuidOf(directory()),
                        TargetIdentity.uuidOf(directory().resolve(OwnNames.OLD)),
                        record.fact(Fact.SERVER_UUID))
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    /** Returns the channel that the private server catches up with. */
    String channel() {
        return request.join().isPresent()
                ? CATCH_UP_CHANNEL
                : request.replication().channel();
    }

    /** Returns the last errors in the real server's log; empty if there is no file that jclone may read. */
    List<String> errorsOfServerLog() {
        try {
            Optional<String> file = effective().value("log_error").filter(name -> !name.equals("stderr"));
            return file.map(name -> ServerLog.lastErrors(directory().resolve(name), SHOWN_ERRORS))
                    .orElse(List.of());
        } catch (CloneException e) {
            return List.of();
        }
    }

    boolean isByGtid() {
        return record.fact(Fact.METHOD).filter(Method.GTID.name()::equals).isPresent();
    }

    /** Whether the target's data stays, and fetches what it lacks. */
    boolean isIncremental() {
        return isIncremental(record);
    }

    /** Whether the target's data stays in the run that a record describes. */
    public static boolean isIncremental(ProvisionRecord record) {
        return record.fact(Fact.WAY).filter(Way.INCREMENTAL.name()::equals).isPresent();
    }

    /** Returns the source, asked with the replication account. */
    Server source() {
        return sourceAt(sourceAddress());
    }

    /** Returns any source, asked with the replication account. */
    Server sourceAt(DonorAddress address) {
        return server(
                address,
                request.replication().user(),
                request.replication().password(),
                request.replication().tls());
    }

    Server server(DonorAddress address, String user, Password password, TlsSettings tls) {
        return Server.of(new ServerConnector(
                address,
                request.copy().login().withUser(user).withPassword(password),
                tls.completeFor(address),
                STATEMENT_TIMEOUT));
    }

    /** Returns the server whose transactions the target is compared with. */
    Server reference() {
        return hasNewChannel() ? source() : asCloneUser(donor());
    }

    /** Whether this run sets up a channel of its own. */
    public boolean hasNewChannel() {
        return request.replication().hasNewChannel();
    }

    Channels policy() {
        return request.replication().channels();
    }

    boolean hasReplicationAccount() {
        return !request.replication().user().isEmpty();
    }

    /** Returns the channels that the new server replicates with; those that stay are known from CONFIGURE on. */
    List<ReplicatingChannel> channels() {
        return hasNewChannel()
                ? List.of(new ReplicatingChannel(channel(), sourceAddress(), Optional.of(source()), isByGtid(), 0))
                : kept;
    }

    void setChannels(List<ReplicatingChannel> channels) {
        kept = List.copyOf(channels);
    }

    void closeAtTheEnd(Password password) {
        passwords.add(password);
    }

    TlsSettings sourceTls() {
        return request.replication().tls().completeFor(sourceAddress());
    }

    /** Returns a server asked with the account of the clone. */
    Server asCloneUser(DonorAddress address) {
        return Server.of(new ServerConnector(
                address, copyOf(address).login(), copyOf(address).tls(), STATEMENT_TIMEOUT));
    }

    Optional<PrivateServer> privateServer() {
        return privateServer;
    }

    void setPrivateServer(PrivateServer server) {
        privateServer = Optional.of(server);
    }

    /** Stops the private server that an earlier process left, and removes its folder. */
    void stopLeftOver() throws CloneException {
        Optional<String> folder = record.fact(Fact.PRIVATE_FOLDER);
        if (folder.isPresent()
                && new LeftOverServer(PrivateFolder.recorded(directory(), folder.get()), nanoTime)
                        .stop(request.waiting().stall())) {
            report.note("stopped the private server that an earlier run had left");
        }
    }

    void forgetPrivateServer() {
        privateServer = Optional.empty();
    }

    /** Returns the failure for a server that could not be asked: its own code if there was no session. */
    static CloneException failed(Failure failure, ServerException e) {
        if (e instanceof RefusedException || e.hint().isEmpty()) {
            return failure.exception(e.getMessage(), e);
        }
        return new CloneException(e.code(), e.getMessage(), sourceHint(e), e);
    }

    /** Returns a hint about the source's account; those of the engine are about the donor's. */
    private static String sourceHint(ServerException e) {
        if (e.number() == ER_ACCOUNT_HAS_BEEN_LOCKED) {
            return Failure.AccessDenied.SOURCE_LOCKED.hint();
        }
        return e.number() != ServerException.NO_NUMBER && e.code() == CloneErrorCode.ACCESS_DENIED
                ? Failure.AccessDenied.SOURCE.hint()
                : e.hint();
    }

    /** Stops the private server if a step left it, as after a failure. */
    @Override
    public void close() {
        privateServer.ifPresent(PrivateServer::close);
        privateServer = Optional.empty();
        passwords.forEach(Password::close);
    }
}

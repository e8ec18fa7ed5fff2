package org.jclone.recipient.session;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.OtherEngines;
import org.jclone.recipient.check.OtherEnginesQuery;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.compat.TargetFit;
import org.jclone.recipient.connection.ReconnectPolicy;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.sql.ServerSql;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.Target;
import org.jclone.recipient.target.UnfinishedClone;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The donor's side of a clone: obtains a snapshot, receives it, reconnecting as often as necessary, and releases it. Where
 * that stands, {@link DonorState} says.
 *
 * <pre>
 *   {@link #begin} or {@link #takeUp} ──► {@link #receive} ──► {@link #leave}
 *                          └─ what fails ──┴─► {@link #release}, or {@link #rest} so that another process can resume
 * </pre>
 */
final class DonorSession {

    private static final Logger LOGGER = LoggerFactory.getLogger(DonorSession.class);

    /** How often to connect for a new snapshot. A connection that breaks before data flows costs little. */
    private static final int MAX_BEGINNINGS = 5;

    private final CloneContext context;
    private final DonorLine.Opener lines;
    private final TargetFit fit;

    private volatile DonorState state = new DonorState.Apart();
    private DonorParameters donor;
    private Optional<DonorIdentity> identity = Optional.empty();
    private Optional<OtherEngines> otherEngines = Optional.empty();

    DonorSession(CloneContext context, DonorLine.Opener lines, TargetFit fit) {
        this.context = context;
        this.lines = lines;
        this.fit = fit;
    }

    /** Returns the state, which must be this one, or one of this kind. */
    private <S extends DonorState> S in(Class<S> legal) {
        if (!legal.isInstance(state)) {
            throw new IllegalStateException(
                    "the session with the donor is " + state + " (expected: " + legal.getSimpleName() + ')');
        }
        return legal.cast(state);
    }

    /** Makes the donor create a snapshot. Leaves nothing behind if that fails. */
    DonorParameters begin() throws CloneException {
        try {
            donor = connectAndInit();
            return donor;
        } catch (CloneException e) {
            release();
            throw e;
        }
    }

    /** Starts again if a connection breaks, because nothing is lost yet. */
    private DonorParameters connectAndInit() throws CloneException {
        ReconnectPolicy policy = new ReconnectPolicy();
        for (int attempt = 1; ; attempt++) {
            context.abortion().sleep(policy.waitBefore(attempt).toMillis(), "while connecting");
            try {
                return init(in(DonorState.Unconnected.class).toConnected(lines.open()));
            } catch (CloneException e) {
                boolean ourLast = attempt > 1 && e.code() == CloneErrorCode.DONOR_BUSY;
                if (attempt == MAX_BEGINNINGS || !(ourLast || e.code() == CloneErrorCode.CONNECTION_LOST)) {
                    throw e;
                }
                state = state.abandon();
            }
        }
    }

    private DonorParameters init(DonorState.Connected connected) throws CloneException {
        state = connected;
        DonorLine line = connected.line();
        context.publisher()
                .event(new CloneEvent.Connected(
                        context.request().donor(),
                        line.loggedIn().greeting().serverVersion(),
                        DonorConnector.transport(line.loggedIn())));
        askDonor(false);
        DonorState.Asked asked = connected.toAsked();
        state = asked;
        DonorParameters parameters = line.init();
        state = asked.toSnapshotOpen(parameters.locators().locators().get(0).innodbLocator());
        return parameters;
    }

    /** Returns the empty copy of a snapshot that the donor has just created. */
    SnapshotCopy copy() {
        return new SnapshotCopy(ddl(context, donor.version()), donor);
    }

    /** @param version of the donor */
    static DdlSettings ddl(CloneContext context, String version) {
        return DdlSettings.forDonor(
                version,
                context.request().transfer().ddlTimeout().toSeconds(),
                context.request().transfer().blockDdl());
    }

    /** Remembers the identity of the donor, to reject another server later, and asks which of its data is not copied. */
    Optional<DonorIdentity> identify() throws CloneException {
        askOtherEngines();
        identity = state.lastLine().flatMap(DonorLine::identity);
        return identity;
    }

    /**
     * Asks for tables that the clone does not copy, and warns of them. A donor that does not answer is cloned without the
     * warning.
     */
    private void askOtherEngines() throws CloneException {
        try (ServerSql sql = lines.openSql("while asking the donor")) {
            sql.limit();
            otherEngines = Optional.of(OtherEnginesQuery.ask(sql));
        } catch (SqlException e) {
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("the donor does not report its storage engines");
        } catch (CloneException e) {
            context.abortion().check();
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("cannot ask for the donor's storage engines");
        }
        otherEngines
                .filter(others -> !others.isEmpty())
                .ifPresent(others -> context.publisher()
                        .event(new CloneEvent.Warning(
                                "not in InnoDB, so the clone has no rows of them: " + others.describe(),
                                "Dump and load them, or see jclone check.")));
    }

    /** Returns the donor's tables outside InnoDB; empty if they are unknown. */
    Optional<OtherEngines> otherEngines() {
        return otherEngines;
    }

    /**
     * Returns to the snapshot of a clone that another process began, unless everything of it is here.
     *
     * @throws CloneException with {@link CloneErrorCode#SNAPSHOT_GONE} if the donor has dropped it; then a new one can be
     *     requested
     */
    SnapshotCopy takeUp(UnfinishedClone unfinished, Retries retries) throws CloneException {
        DonorState.Unconnected apart = in(DonorState.Apart.class);
        donor = unfinished.donor();
        identity = unfinished.image().identity();
        SnapshotCopy copy = copy();
        copy.restore(unfinished.image());
        if (copy.isWhole()) {
            state = apart.toComplete();
            releaseUnneeded(copy);
        } else {
            Reconnector reconnector = reconnector();
            DonorLine line = retries.run(() -> reconnector.resume(copy));
            state = apart.toSnapshotOpen(line, copy.identity());
        }
        askDonor(copy.isWhole());
        return copy;
    }

    /**
     * Releases a snapshot that is not needed any more. The donor still keeps it if the earlier process did not exit clone
     * mode.
     */
    private void releaseUnneeded(SnapshotCopy copy) throws CloneException {
        try {
            reconnector().resumeAtOnce(copy).release();
        } catch (CloneException e) {
            LOGGER.atDebug().setCause(e).log("the donor keeps no snapshot, or is gone");
        }
        context.abortion().check();
    }

    /** Returns whether data arrives over TLS. */
    boolean isTls() {
        return state.lastLine().filter(DonorLine::isTls).isPresent();
    }

    DonorParameters parameters() {
        return donor;
    }

    /** @param whole whether all data is here, so that the donor may be gone */
    private void askDonor(boolean whole) throws CloneException {
        if (fit.wantsSql()) {
            try (ServerSql sql = lines.openSql("while asking the donor")) {
                fit.askDonor(sql);
            } catch (CloneException e) {
                context.abortion().check();
                boolean dispensable = whole || e instanceof DonorErrorException;
                if (fit.needsSql() || !dispensable) {
                    throw e;
                }
                context.publisher()
                        .event(new CloneEvent.Warning(
                                "the donor's settings could not be asked for: " + e.getMessage(),
                                "The settings for the server on the clone lack what the donor would have told."));
            }
        }
    }

    /** Receives everything, reconnecting as often as necessary. */
    void receive(SnapshotCopy copy, Target target) throws CloneException {
        Reconnector reconnector = reconnector();
        context.abortion().whenDemanded(reason -> state.onAbort(reason));
        while (!state.isEverythingHere()) {
            DonorState.SnapshotOpen open = in(DonorState.SnapshotOpen.class);
            DonorState.Streaming streaming = open.toStreaming(open.line().stream(target, copy));
            state = streaming;
            try {
                target.onDamage(streaming::onAbort);
                context.abortion().check(); // an abort may have gone to an earlier state
                streaming.stream().run();
                state = streaming.toComplete();
            } catch (CloneException | RuntimeException e) {
                CloneException lost = context.errors().translate(e, CloneStream.doing(copy.state()));
                if (!Reconnector.isNetworkFailure(lost)) {
                    throw lost;
                }
                LOGGER.atDebug().setCause(lost).log("connection lost");
                DonorState.Broken broken = streaming.toBroken(context.clock().instant());
                state = broken;
                if (copy.isWhole()) {
                    state = broken.toComplete();
                } else {
                    reconnect(broken, reconnector, copy, lost);
                    target.expectRewrites();
                }
            }
        }
    }

    private void reconnect(DonorState.Broken broken, Reconnector reconnector, SnapshotCopy copy, CloneException lost)
            throws CloneException {
        try {
            state = broken.toSnapshotOpen(reconnector.reconnect(copy, lost), copy.identity());
        } catch (CloneException e) {
            if (e.code() != CloneErrorCode.SNAPSHOT_GONE || copy.state() != SnapshotState.INIT) {
                throw e;
            }
            DonorParameters again = connectAndInit(); // the donor had not begun to copy, so it dropped the snapshot
            donor.requireSameServer(again);
            copy.begin(again);
        }
    }

    private Reconnector reconnector() {
        return new Reconnector(context, lines, donor, identity);
    }

    /** Exits clone mode, because everything is here. The donor drops the snapshot. */
    void leave() {
        state = in(DonorState.Complete.class).toLeft();
    }

    /** Returns whether nothing more is needed from the donor. */
    boolean isEverythingHere() {
        return state.isEverythingHere();
    }

    /** Returns whether the donor keeps the snapshot for another process. */
    boolean isResumable() {
        return identity.isPresent()
                && !state.isEverythingHere()
                && !Reconnector.windowOf(donor).isZero();
    }

    /** Returns whether the donor has a snapshot for this run, which is connected to it. */
    boolean holdsSnapshot() {
        return state.holdsSnapshot();
    }

    /** Breaks the connections, so that the donor waits for a reconnect. */
    void rest() {
        state = state.rest(context.clock().instant());
    }

    /** Returns until when the donor waits after {@link #rest}, or after the last connection was lost. */
    Instant resumableUntil() {
        return state.waitsSince(context.clock().instant())
                .plus(Reconnector.windowOf(donor))
                .truncatedTo(ChronoUnit.SECONDS);
    }

    /** Returns what to do about a snapshot that the donor keeps after {@link #rest}. */
    String wayOut() {
        String resume = "The same command with --resume resumes it until then.";
        return state.lastLine()
                .map(line -> line.loggedIn().greeting().connectionId())
                .map(id -> resume + " KILL " + id + " at the donor drops it at once.")
                .orElse(resume);
    }

    /** Makes the donor drop the snapshot, if there is one, even after {@link #rest}. */
    void release() {
        state = state.release();
    }
}

package org.jclone.recipient.session;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.OtherEngines;
import org.jclone.recipient.check.OtherEnginesQuery;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.compat.TargetFit;
import org.jclone.recipient.connection.Abortion;
import org.jclone.recipient.connection.DonorLink;
import org.jclone.recipient.connection.DonorSql;
import org.jclone.recipient.connection.NetworkProbe;
import org.jclone.recipient.connection.ReconnectPolicy;
import org.jclone.recipient.connection.Transport;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.Target;
import org.jclone.recipient.target.UnfinishedClone;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The donor's side of a clone: obtains a snapshot, receives it, reconnecting as often as necessary, and releases it.
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
    private final Transport transport;
    private final DonorConnector connector;
    private final Abortion abortion;
    private final TargetFit fit;

    private DonorParameters donor;
    private Optional<DonorIdentity> identity = Optional.empty();
    private Optional<OtherEngines> otherEngines = Optional.empty();
    private Optional<DonorLink> link = Optional.empty();
    private Instant lostAt;
    private volatile CloneStream stream;
    private boolean snapshotAsked;
    private boolean everythingHere;

    /** @param compression for AUTO, what was measured before */
    DonorSession(
            CloneContext context, Transport transport, TargetFit fit, Optional<NetworkProbe.Measured> compression) {
        this.context = context;
        this.transport = transport;
        this.abortion = context.abortion();
        this.fit = fit;
        connector = new DonorConnector(context, transport, compression);
    }

    /** Checks what would make the clone fail, before the donor creates a snapshot. */
    void check() throws CloneException {
        try (DonorSql sql = connector.openFirst()) {
            Preflight.run(context.request(), context.nanoClock(), sql);
        } catch (CloneException e) {
            if (!Preflight.mayPass(e)) {
                throw e;
            }
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("cannot look at the donor first");
            abortion.check();
        }
    }

    /** Makes the donor create a snapshot. */
    DonorParameters begin() throws CloneException {
        try {
            donor = connectAndInit();
            return donor;
        } catch (CloneException e) {
            release();
            link.ifPresent(DonorLink::abandon);
            forget();
            throw e;
        }
    }

    /** Starts again if a connection breaks, because nothing is lost yet. */
    private DonorParameters connectAndInit() throws CloneException {
        ReconnectPolicy policy = new ReconnectPolicy();
        for (int attempt = 1; ; attempt++) {
            abortion.sleep(policy.waitBefore(attempt).toMillis(), "connecting");
            try {
                DonorLink connected = connector.connect();
                link = Optional.of(connected);
                LoggedIn login = connected.main().loggedIn();
                context.publisher()
                        .event(new CloneEvent.Connected(
                                context.request().donor(),
                                login.greeting().serverVersion(),
                                DonorConnector.transport(login)));
                askDonor(false);
                snapshotAsked = true;
                return connector.init(connected);
            } catch (CloneException e) {
                boolean ourLast = attempt > 1 && e.code() == CloneErrorCode.DONOR_BUSY;
                if (attempt == MAX_BEGINNINGS || !(ourLast || e.code() == CloneErrorCode.CONNECTION_LOST)) {
                    throw e;
                }
                link.ifPresent(DonorLink::abandon);
                link = Optional.empty();
            }
        }
    }

    /** Returns the empty copy of a snapshot that the donor has just created. */
    SnapshotCopy copy() {
        return new SnapshotCopy(connector.ddl(donor.version()), donor);
    }

    /** Remembers the identity of the donor, to reject another server later, and asks which of its data is not copied. */
    Optional<DonorIdentity> identify() throws CloneException {
        askOtherEngines();
        identity = link.flatMap(connected -> connected.main().identity());
        return identity;
    }

    /**
     * Asks for tables that the clone does not copy, and warns of them. A donor that does not answer is cloned without the
     * warning.
     */
    private void askOtherEngines() throws CloneException {
        try (DonorSql sql = connector.openSql()) {
            sql.limit();
            otherEngines = Optional.of(OtherEnginesQuery.ask(sql));
        } catch (SqlException e) {
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("the donor does not tell its storage engines");
        } catch (CloneException e) {
            abortion.check();
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
     * @throws CloneException with {@link CloneErrorCode#SNAPSHOT_GONE} if the donor has dropped it
     */
    SnapshotCopy takeUp(UnfinishedClone unfinished, Retries retries) throws CloneException {
        donor = unfinished.donor();
        identity = unfinished.image().identity();
        SnapshotCopy copy = copy();
        copy.restore(unfinished.image());
        if (copy.isWhole()) {
            everythingHere = true;
            releaseUnneeded(copy);
        } else {
            Reconnector reconnector = reconnector();
            link = Optional.of(retries.run(() -> reconnector.resume(copy)));
            snapshotAsked = true;
        }
        askDonor(everythingHere);
        return copy;
    }

    /**
     * Releases a snapshot that is not needed any more. The donor still keeps it if the earlier process did not exit clone
     * mode.
     */
    private void releaseUnneeded(SnapshotCopy copy) throws CloneException {
        try {
            new SnapshotRelease(transport).release(reconnector().resumeAtOnce(copy));
        } catch (CloneException e) {
            LOGGER.atDebug().setCause(e).log("the donor keeps no snapshot, or is gone");
        }
        abortion.check();
    }

    /** Forgets a snapshot that cannot be used. */
    void forget() {
        link = Optional.empty();
        snapshotAsked = false;
    }

    /** Returns whether data arrives over TLS. */
    boolean isTls() {
        return link.isPresent() && link.get().main().isTls();
    }

    DonorParameters parameters() {
        return donor;
    }

    /** @param whole whether all data is here, so that the donor may be gone */
    private void askDonor(boolean whole) throws CloneException {
        if (fit.wantsSql()) {
            try (DonorSql sql = connector.openSql()) {
                fit.askDonor(sql);
            } catch (CloneException e) {
                abortion.check();
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
        if (link.isEmpty()) {
            return; // the earlier process received everything
        }
        stream = new CloneStream(context, connector, link.get(), target, copy);
        abortion.whenDemanded(reason -> stream.onAbort(reason));
        while (!copy.isWhole() || link.isPresent()) {
            try {
                target.onDamage(stream::onAbort);
                abortion.check(); // an abort may have gone to the previous stream
                stream.run();
                return;
            } catch (CloneException | RuntimeException e) {
                CloneException lost = context.errors().translate(e, CloneStream.nameOf(copy.state()));
                if (!Reconnector.isNetworkFailure(lost)) {
                    throw lost;
                }
                LOGGER.atDebug().setCause(lost).log("connection lost");
                stream.abandon();
                link = Optional.empty();
                lostAt = context.clock().instant();
                if (!copy.isWhole()) {
                    link = Optional.of(reconnect(reconnector, copy, lost));
                    target.expectRewrites();
                    stream = new CloneStream(context, connector, link.get(), target, copy);
                }
            }
        }
    }

    private DonorLink reconnect(Reconnector reconnector, SnapshotCopy copy, CloneException lost) throws CloneException {
        try {
            return reconnector.reconnect(copy, lost);
        } catch (CloneException e) {
            if (e.code() != CloneErrorCode.SNAPSHOT_GONE || copy.state() != SnapshotState.INIT) {
                throw e;
            }
            DonorParameters again = connectAndInit(); // the donor had not begun to copy, so it dropped the snapshot
            donor.requireSameServer(again);
            copy.begin(again);
            return link.orElseThrow();
        }
    }

    private Reconnector reconnector() {
        return new Reconnector(context, connector, donor, identity);
    }

    /** Exits clone mode, because everything is here. The donor drops the snapshot. */
    void leave() {
        everythingHere = true;
        if (link.isPresent()) {
            new LeaveTaking(context.request().interruptions().readTimeout()).leave(link.get(), stream);
        }
    }

    /** Returns whether nothing more is needed from the donor. */
    boolean isEverythingHere() {
        return everythingHere;
    }

    /** Returns whether the donor keeps the snapshot for another process. */
    boolean isResumable() {
        return identity.isPresent()
                && !everythingHere
                && !Reconnector.windowOf(donor).isZero();
    }

    /** Returns whether the donor has a snapshot for this run, which is connected to it. */
    boolean holdsSnapshot() {
        return snapshotAsked && link.isPresent();
    }

    /** Breaks the connections, so that the donor waits for a reconnect. */
    void rest() {
        if (link.isEmpty()) {
            return;
        }
        if (stream != null) {
            stream.abandon();
        } else {
            link.get().reportNetworkFailure(donor.locators().locators().get(0).innodbLocator());
            link.get().abandon().join();
        }
    }

    /** Returns until when the donor waits after {@link #rest}, or after the last connection was lost. */
    Instant resumableUntil() {
        Instant begin = link.isPresent() ? context.clock().instant() : lostAt;
        return begin.plus(Reconnector.windowOf(donor)).truncatedTo(ChronoUnit.SECONDS);
    }

    /** Returns what to do about a snapshot that the donor keeps after {@link #rest}. */
    String wayOut() {
        String resume = "The same command with --resume resumes it until then.";
        return link.map(connected -> connected.main().loggedIn().greeting().connectionId())
                .map(id -> resume + " KILL " + id + " at the donor drops it at once.")
                .orElse(resume);
    }

    /** Makes the donor drop the snapshot, if there is one, even after {@link #rest}. */
    void release() {
        if (snapshotAsked && !everythingHere) {
            link.ifPresent(connected -> new SnapshotRelease(transport).release(connected));
        }
    }
}

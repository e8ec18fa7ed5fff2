package org.jclone.recipient.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.api.TargetConfiguration;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.compat.TargetFit;
import org.jclone.recipient.progress.ProgressTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One clone from the first connection to the last flush.
 *
 * <pre>
 *  connect main, aux ─► COM_INIT ─► mark the directory ─► {@link CloneStream} ─► COM_EXIT ─► FILE SYNC ─► publish
 *                                                           │     ▲
 *                                        a connection breaks└─────┘{@link Reconnector}: COM_REINIT
 *          └───────────── whatever else fails: free the donor's snapshot, leave the mark, throw ─────────────┘
 * </pre>
 *
 * <p>Runs on the caller's thread. {@link #abort}, {@link #setBandwidthLimits} and {@link #progress} are for any thread.
 */
public final class CloneSession {

    private static final Logger LOGGER = LoggerFactory.getLogger(CloneSession.class);

    /** Connections that break before the donor copies anything cost nothing but a moment. */
    private static final int MAX_BEGINNINGS = 5;

    private final CloneRequest request;
    private final Clock clock;
    private final ProgressTracker progress;
    private final EventPublisher publisher;
    private final Throttle throttle;
    private final ErrorTranslator errors;
    private final Abortion abortion;
    private final CloneContext context;

    private Transport transport;
    private TargetFit fit;
    private DonorConnector connector;
    private Optional<DonorLink> link = Optional.empty();
    private Target target;
    private CloneStream stream;
    private boolean snapshotAsked;
    private boolean snapshotLeft;

    public CloneSession(CloneRequest request, CloneListener listener, Clock clock) {
        this.request = request;
        this.clock = clock;
        this.progress = new ProgressTracker(clock, System::nanoTime);
        this.publisher = new EventPublisher(listener, progress::snapshot);
        this.throttle = new Throttle(request.bandwidthLimits(), progress, System::nanoTime);
        this.errors = new ErrorTranslator(request.donor());
        this.abortion = new Abortion(errors);
        this.context = new CloneContext(request, errors, progress, throttle, publisher);
    }

    /** Stops the clone; {@link #run()} then throws {@link CloneErrorCode#ABORTED}. */
    public void abort(String reason) {
        abortion.demand(
                new CloneException(
                        CloneErrorCode.ABORTED,
                        "stopped: " + reason,
                        "If the directory was begun it is unfinished, and mysqld refuses it. Remove it before you clone again."));
    }

    public void setBandwidthLimits(BandwidthLimits limits) {
        throttle.setLimits(limits);
    }

    public CloneProgress progress() {
        return progress.snapshot();
    }

    /** Runs the clone; to be called once. */
    public CloneResult run() throws CloneException {
        try {
            Target.check(request);
            fit = TargetFit.prepare(request);
            transport = new Transport(
                    request.donor(),
                    Logins.options(request, new NetworkProbe(request, errors).decide()),
                    request.connectTimeout(),
                    request.maxConcurrency());
            connector = new DonorConnector(context, transport, abortion);
            return copy(clock.instant(), System.nanoTime());
        } catch (CloneException | RuntimeException e) {
            CloneException failure = errors.translate(e, "cloning");
            fail(failure);
            throw failure;
        } finally {
            if (transport != null) {
                transport.close();
            }
            if (target != null) {
                target.close();
            }
            publisher.close();
            request.password().close();
            request.sslKeyPassword().close();
        }
    }

    private CloneResult copy(Instant begin, long beginNanos) throws CloneException {
        DonorParameters donor = begin();
        fit.check(donor).mismatches().forEach(this::warn);
        target = Target.create(request, donor, link.orElseThrow().main().isTls(), begin, publisher::event);
        progress.begin(CloneStage.DROP_DATA, 0);
        receive(new SnapshotCopy(connector.ddl(donor.version()), donor), donor);
        link.ifPresent(this::leave);
        stream.sync();
        target.verify(clock.instant(), publisher::event);
        abortion.check();
        TargetConfiguration configuration = fit.write(donor, target.relocated(), target.encryption());
        target.publish(progress.stages(), clock.instant());
        return target.result(progress, Duration.ofNanos(System.nanoTime() - beginNanos), configuration);
    }

    private void warn(Mismatch mismatch) {
        publisher.event(new CloneEvent.Warning("donor and target differ: " + mismatch, mismatch.advice()));
    }

    /** Connects and asks for a snapshot; what breaks meanwhile is begun again, since nothing is lost. */
    private DonorParameters begin() throws CloneException {
        ReconnectPolicy policy = new ReconnectPolicy();
        for (int attempt = 1; ; attempt++) {
            abortion.sleep(policy.waitBefore(attempt).toMillis(), "connecting");
            try {
                DonorLink connected = connector.connect();
                link = Optional.of(connected);
                LoggedIn login = connected.main().loggedIn();
                publisher.event(new CloneEvent.Connected(
                        request.donor(), login.greeting().serverVersion(), DonorConnector.transport(login)));
                askDonor();
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

    private void askDonor() throws CloneException {
        if (fit.wantsSql()) {
            try (DonorSql sql = connector.openSql()) {
                fit.askDonor(sql);
            } catch (CloneException e) {
                boolean dispensable = !fit.needsSql() && e instanceof DonorErrorException;
                if (!dispensable) {
                    throw e;
                }
                publisher.event(new CloneEvent.Warning(
                        "the donor's settings could not be asked for: " + e.getMessage(),
                        "The settings for the server on the clone lack what the donor would have told."));
            }
        }
    }

    /** Receives everything, over as many connections one after the other as it takes. */
    private void receive(SnapshotCopy copy, DonorParameters donor) throws CloneException {
        Reconnector reconnector = new Reconnector(context, connector, abortion, clock, donor);
        while (!copy.isWhole() || link.isPresent()) {
            stream = new CloneStream(context, connector, link.orElseThrow(), target, copy);
            abortion.whenDemanded(stream::onAbort);
            target.onDamage(stream::onAbort);
            try {
                stream.run();
                return;
            } catch (CloneException | RuntimeException e) {
                CloneException lost = errors.translate(e, CloneStream.nameOf(copy.state()));
                if (!Reconnector.isNetworkFailure(lost)) {
                    throw lost;
                }
                LOGGER.atDebug().setCause(lost).log("connection lost");
                stream.abandon();
                link = Optional.empty();
                if (!copy.isWhole()) {
                    link = Optional.of(resume(reconnector, copy, donor, lost));
                }
            }
        }
    }

    private DonorLink resume(Reconnector reconnector, SnapshotCopy copy, DonorParameters donor, CloneException lost)
            throws CloneException {
        try {
            return reconnector.reconnect(copy, lost);
        } catch (CloneException e) {
            if (e.code() != CloneErrorCode.SNAPSHOT_GONE || copy.state() != SnapshotState.INIT) {
                throw e;
            }
            DonorParameters again = begin(); // the donor had not begun to copy, and so it dropped the snapshot
            donor.requireSameServer(again);
            copy.begin(again);
            return link.orElseThrow();
        }
    }

    /** Ends clone mode everywhere, the main connection last: the donor lets it go when all others have gone. */
    private void leave(DonorLink connected) {
        List<CompletableFuture<Void>> exits = new ArrayList<>();
        exits.add(exit(connected.aux()));
        stream.idleWorkers().forEach(CommandConnection::close);
        stream.workers().forEach(worker -> exits.add(exit(worker)));
        exits.add(exit(connected.main()));
        snapshotLeft = true;
        try {
            CompletableFuture.allOf(exits.toArray(CompletableFuture[]::new))
                    .get(request.readTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("the donor did not answer the good-bye");
        }
    }

    private CompletableFuture<Void> exit(CommandConnection connection) {
        return connection.exit(request.readTimeout()).thenRun(connection::quit);
    }

    private void fail(CloneException failure) {
        progress.fail();
        if (snapshotAsked && !snapshotLeft) {
            link.ifPresent(connected -> new SnapshotRelease(transport).release(connected));
        }
        if (target != null) {
            target.fail(progress.stages(), clock.instant(), failure);
        }
        LOGGER.atDebug().addKeyValue("code", failure.code()).setCause(failure).log("clone failed");
    }
}

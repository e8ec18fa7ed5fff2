package org.jclone.recipient.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jclone.protocol.clone.ProtocolVersion;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.clone.command.InitCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.innodb.descriptor.Locator;
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
 *          └───────────── whatever fails: free the donor's snapshot, leave the mark, throw ─────────────┘
 * </pre>
 *
 * <p>Runs on the caller's thread. {@link #abort}, {@link #setBandwidthLimits} and {@link #progress} are for any thread.
 */
public final class CloneSession {

    private static final Logger LOGGER = LoggerFactory.getLogger(CloneSession.class);

    /** What a donor may need for COM_INIT beyond the time for its backup lock. */
    private static final Duration INIT_ALLOWANCE = Duration.ofMinutes(5);

    private final CloneRequest request;
    private final Clock clock;
    private final ProgressTracker progress;
    private final EventPublisher publisher;
    private final Throttle throttle;
    private final ErrorTranslator errors;
    private final CompletableFuture<Void> abortion = new CompletableFuture<>();

    private Transport transport;
    private TargetFit fit;
    private DataConnection main;
    private CommandConnection aux;
    private Target target;
    private CloneStream stream;
    private boolean snapshotAsked;
    private boolean snapshotLeft;
    private String doing = "connecting";

    public CloneSession(CloneRequest request, CloneListener listener, Clock clock) {
        this.request = request;
        this.clock = clock;
        this.progress = new ProgressTracker(clock, System::nanoTime);
        this.publisher = new EventPublisher(listener, progress::snapshot);
        this.throttle = new Throttle(request.bandwidthLimits(), progress, System::nanoTime);
        this.errors = new ErrorTranslator(request.donor());
    }

    /** Stops the clone; {@link #run()} then throws {@link CloneErrorCode#ABORTED}. */
    public void abort(String reason) {
        abortion.completeExceptionally(
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
                    request.donor(), Logins.options(request), request.connectTimeout(), request.maxConcurrency());
            return copy(clock.instant(), System.nanoTime());
        } catch (CloneException | RuntimeException e) {
            CloneException failure = errors.translate(e, stream == null ? doing : stream.doing());
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
        }
    }

    private CloneResult copy(Instant begin, long beginNanos) throws CloneException {
        connect();
        askDonor();
        DonorParameters donor = initialise();
        fit.check(donor).mismatches().forEach(this::warn);
        doing = "preparing the directory";
        target = Target.create(request, donor, begin, publisher::event);
        progress.begin(CloneStage.DROP_DATA, 0);
        stream = new CloneStream(request, donor, main, aux, this::openData, target, progress, throttle, publisher);
        abortion.whenComplete((never, reason) -> stream.onAbort(reason));
        stream.run();
        leave();
        stream.sync();
        if (abortion.isCompletedExceptionally()) {
            await(abortion);
        }
        TargetConfiguration configuration = fit.write(donor, target.relocated());
        target.publish(progress.stages(), clock.instant());
        return target.result(progress, Duration.ofNanos(System.nanoTime() - beginNanos), configuration);
    }

    private void connect() throws CloneException {
        main = await(openData(0));
        aux = await(transport.openControl());
        String version = main.loggedIn().greeting().serverVersion();
        publisher.event(new CloneEvent.Connected(request.donor(), version, transport(main.loggedIn())));
    }

    private static String transport(LoggedIn loggedIn) {
        CompressionAlgorithm compression = loggedIn.compression();
        return compression == CompressionAlgorithm.UNCOMPRESSED
                ? loggedIn.transport()
                : loggedIn.transport() + ", compressed with " + compression.algorithmName();
    }

    private void askDonor() throws CloneException {
        if (fit.wantsSql()) {
            doing = "asking the donor for its settings";
            try (DonorSql sql = await(transport.openSql(errors, request.readTimeout()))) {
                fit.askDonor(sql);
            }
        }
    }

    private void warn(Mismatch mismatch) {
        publisher.event(new CloneEvent.Warning("donor and target differ: " + mismatch, mismatch.advice()));
    }

    private CompletableFuture<DataConnection> openData(int number) {
        return transport.openData((channel, buffers) -> new DataConnection(number, channel, buffers, throttle));
    }

    private DonorParameters initialise() throws CloneException {
        doing = "waiting for the donor's snapshot";
        String version = main.loggedIn().greeting().serverVersion();
        InitCommand init = new InitCommand(
                ProtocolVersion.LATEST.wireCode(),
                DdlSettings.forDonor(version, request.ddlTimeout().toSeconds(), request.blockDdl()),
                List.of(LocatorEntry.innodb(Locator.forVersion())));
        snapshotAsked = true;
        return DonorParameters.from(await(main.call(init, request.ddlTimeout().plus(INIT_ALLOWANCE))));
    }

    /** Ends clone mode everywhere, the main connection last: the donor lets it go when all others have gone. */
    private void leave() {
        List<CompletableFuture<Void>> exits = new ArrayList<>();
        exits.add(exit(aux));
        stream.idleWorkers().forEach(CommandConnection::close);
        stream.workers().forEach(worker -> exits.add(exit(worker)));
        exits.add(exit(main));
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

    /** Waits for an answer or for {@link #abort}; timeouts are the answer's own. */
    private <T> T await(CompletableFuture<T> answer) throws CloneException {
        try {
            CompletableFuture.anyOf(answer, abortion).get();
            return answer.get();
        } catch (ExecutionException e) {
            throw errors.translate(e, doing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloneException(CloneErrorCode.ABORTED, "interrupted while " + doing, "Clone again.", e);
        }
    }

    private void fail(CloneException failure) {
        progress.fail();
        if (snapshotAsked && !snapshotLeft) {
            new SnapshotRelease(transport).release(main, aux);
        }
        if (target != null) {
            target.fail(progress.stages(), clock.instant(), failure);
        }
        LOGGER.atDebug().addKeyValue("code", failure.code()).setCause(failure).log("clone failed");
    }
}

package org.jclone.recipient.session;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jclone.protocol.clone.ProtocolVersion;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.InitCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.connection.CommandConnection;
import org.jclone.recipient.connection.DonorLink;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says over two connections what a session with a donor wants said. */
final class ConnectedLine implements DonorLine {

    private static final Logger LOGGER = LoggerFactory.getLogger(ConnectedLine.class);

    /** What a donor may need for COM_INIT beyond the time for its backup lock. */
    private static final Duration INIT_ALLOWANCE = Duration.ofMinutes(5);

    /** COM_REINIT waits for the backup lock, and up to half a minute for the donor to notice the broken connections. */
    private static final Duration REINIT_ALLOWANCE = Duration.ofMinutes(1);

    private static final Duration RELEASE_PATIENCE = Duration.ofSeconds(3);

    private final CloneContext context;
    private final DonorLink link;
    private final Supplier<CompletableFuture<CommandConnection>> another;
    private final CloneStream.Workforce workforce;

    /**
     * @param another opens a further connection for commands
     * @param workforce opens data connections besides the main one
     */
    ConnectedLine(
            CloneContext context,
            DonorLink link,
            Supplier<CompletableFuture<CommandConnection>> another,
            CloneStream.Workforce workforce) {
        this.context = context;
        this.link = link;
        this.another = another;
        this.workforce = workforce;
    }

    @Override
    public LoggedIn loggedIn() {
        return link.main().loggedIn();
    }

    @Override
    public boolean isTls() {
        return link.main().isTls();
    }

    @Override
    public Optional<DonorIdentity> identity() {
        return link.main().identity();
    }

    @Override
    public DonorParameters init() throws CloneException {
        InitCommand init = new InitCommand(
                ProtocolVersion.LATEST.wireCode(),
                DonorSession.ddl(context, loggedIn().greeting().serverVersion()),
                List.of(LocatorEntry.innodb(Locator.forVersion())));
        return DonorParameters.from(
                context.abortion().await(call(init, INIT_ALLOWANCE), "while waiting for the donor's snapshot"));
    }

    @Override
    public void reinit(SnapshotCopy copy) throws CloneException {
        context.abortion().await(call(copy.reinitCommand(), REINIT_ALLOWANCE), "while resuming");
    }

    private CompletableFuture<List<CloneResponse>> call(CloneCommand command, Duration allowance) {
        return link.main()
                .call(command, context.request().transfer().ddlTimeout().plus(allowance));
    }

    @Override
    public Stream stream(Target target, SnapshotCopy copy) {
        return new CloneStream(context, link, workforce, target, copy);
    }

    @Override
    public void breakOff(Locator clone) {
        link.reportNetworkFailure(clone);
        link.abandon().join();
    }

    @Override
    public CompletableFuture<Void> abandon() {
        return link.abandon();
    }

    /**
     * Ends the main connection at the donor, first from the auxiliary connection, then from a new one. While the donor
     * streams, it reads no command on that connection, so another one must end it: with KILL CONNECTION, which an account
     * may always use on its own connections. Otherwise the donor assumes a network failure and keeps the snapshot for
     * minutes.
     *
     * <p>A connection number is valid on one server only. Behind a proxy another server may answer, where the number
     * belongs to an unrelated connection. So the killing connection must reach the same start of the same server.
     *
     * <p>Source: docs/protocol/01-wire-protocol.md, section 5.8.
     */
    @Override
    public void release() {
        long connectionId = loggedIn().greeting().connectionId();
        Optional<DonorIdentity> donor = identity();
        boolean released = donor.isPresent()
                && (tryKill(CompletableFuture.completedFuture(link.aux()), donor.get(), connectionId)
                        || tryKill(another.get(), donor.get(), connectionId));
        link.main().close();
        LOGGER.atInfo()
                .addKeyValue("released", released)
                .addKeyValue("connectionId", connectionId)
                .log("asked the donor to drop its snapshot");
    }

    private static boolean tryKill(
            CompletableFuture<CommandConnection> connection, DonorIdentity donor, long connectionId) {
        CompletableFuture<Boolean> killed = connection.thenCompose(over -> over.exit(RELEASE_PATIENCE)
                .thenCompose(exited -> kill(over, donor, connectionId))
                .handle((done, failure) -> {
                    over.quit();
                    return failure == null;
                }));
        try {
            return killed.get(RELEASE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private static CompletableFuture<Void> kill(CommandConnection over, DonorIdentity donor, long connectionId) {
        return over.identity().filter(donor::isSameAs).isPresent()
                ? over.execute("KILL CONNECTION " + connectionId, RELEASE_PATIENCE)
                : CompletableFuture.failedFuture(new IllegalStateException("another server answers"));
    }
}

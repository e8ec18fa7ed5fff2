package org.jclone.recipient.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jclone.recipient.connection.CommandConnection;
import org.jclone.recipient.connection.DonorLink;
import org.jclone.recipient.connection.Transport;
import org.jclone.recipient.journal.DonorIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the donor drop its snapshot at once when a clone ends badly. While the donor streams it reads no command on
 * that connection, so another one has to end the session: KILL CONNECTION, which an account may always do to its own.
 * Without that the donor would take our going for a failure of the network and keep the snapshot for minutes.
 *
 * <p>The number of a connection means something on its own server only, and behind a proxy another server may answer:
 * there the number may be that of somebody else. So the connection that kills must reach the same start of the same
 * server as the one that is to be killed.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md, section 5.8.
 */
final class SnapshotRelease {

    private static final Logger LOGGER = LoggerFactory.getLogger(SnapshotRelease.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Transport transport;

    SnapshotRelease(Transport transport) {
        this.transport = transport;
    }

    /**
     * Tries over {@code aux}, then over a connection of its own; gives up quietly, since the clone has failed anyway.
     */
    void release(DonorLink link) {
        long connectionId = link.main().loggedIn().greeting().connectionId();
        Optional<DonorIdentity> donor = link.main().identity();
        boolean released = donor.isPresent()
                && (tryRelease(CompletableFuture.completedFuture(link.aux()), donor.get(), connectionId)
                        || tryRelease(transport.openControl(), donor.get(), connectionId));
        link.main().close();
        LOGGER.atInfo()
                .addKeyValue("released", released)
                .addKeyValue("connectionId", connectionId)
                .log("asked the donor to drop its snapshot");
    }

    private static boolean tryRelease(
            CompletableFuture<CommandConnection> connection, DonorIdentity donor, long connectionId) {
        CompletableFuture<Boolean> killed = connection.thenCompose(over -> over.exit(PATIENCE)
                .thenCompose(gone -> kill(over, donor, connectionId))
                .handle((done, failure) -> {
                    over.quit();
                    return failure == null;
                }));
        try {
            return killed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private static CompletableFuture<Void> kill(CommandConnection over, DonorIdentity donor, long connectionId) {
        return over.identity().filter(donor::isSameAs).isPresent()
                ? over.execute("KILL CONNECTION " + connectionId, PATIENCE)
                : CompletableFuture.failedFuture(new IllegalStateException("another server answers"));
    }
}

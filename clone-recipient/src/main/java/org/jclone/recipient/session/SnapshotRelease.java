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
 * Makes the donor drop its snapshot at once when a clone fails. While the donor streams, it reads no command on that
 * connection, so another one must end it: with KILL CONNECTION, which an account may always use on its own connections.
 * Otherwise the donor assumes a network failure and keeps the snapshot for minutes.
 *
 * <p>A connection number is valid on one server only. Behind a proxy another server may answer, where the number belongs
 * to an unrelated connection. So the killing connection must reach the same start of the same server.
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
     * Tries on the auxiliary connection, then on a new one. Reports no failure, because the clone has failed already.
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
                .thenCompose(exited -> kill(over, donor, connectionId))
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

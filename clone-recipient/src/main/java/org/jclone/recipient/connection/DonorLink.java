package org.jclone.recipient.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.command.AckCommand;
import org.jclone.protocol.innodb.descriptor.Locator;

/**
 * The two connections of every clone: the main one, on which the donor streams and so reads nothing, and the auxiliary
 * one for acknowledgements.
 */
public record DonorLink(DataConnection main, CommandConnection aux) {

    private static final Duration REPORT_PATIENCE = Duration.ofSeconds(1);

    /**
     * Reports a network failure to the donor, if it still answers. It then keeps the snapshot and waits for a reconnect,
     * without the delay of a timeout. Source: docs/protocol/01-wire-protocol.md, sections 3.4 and 8.2.
     */
    public void reportNetworkFailure(Locator clone) {
        CompletableFuture<?> answer =
                aux.call(AckCommand.ofFailure(clone, CloneError.ER_NET_READ_ERROR), REPORT_PATIENCE);
        try {
            answer.get(REPORT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            return; // the donor notices after a timeout
        }
    }

    /** Resets both. When the result is complete, nothing more of them is written. */
    public CompletableFuture<Void> abandon() {
        return CompletableFuture.allOf(main.abandon(), aux.abandon());
    }
}

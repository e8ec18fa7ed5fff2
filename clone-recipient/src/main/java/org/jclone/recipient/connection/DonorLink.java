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
 * The two connections that every clone has: the main one, on which the donor streams and so reads nothing, and the
 * auxiliary one for acknowledgements.
 */
public record DonorLink(DataConnection main, CommandConnection aux) {

    private static final Duration REPORT_PATIENCE = Duration.ofSeconds(1);

    /**
     * Tells the donor of a failure of the network, if it can still be told: it then keeps the snapshot and waits for
     * us, and need not find out by a timeout. Source: docs/protocol/01-wire-protocol.md, sections 3.4 and 8.2.
     */
    public void reportNetworkFailure(Locator clone) {
        CompletableFuture<?> answer =
                aux.call(AckCommand.ofFailure(clone, CloneError.ER_NET_READ_ERROR), REPORT_PATIENCE);
        try {
            answer.get(REPORT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            return; // it will find out by itself
        }
    }

    /** Resets both; when the result is complete nothing that came on them is written any more. */
    public CompletableFuture<Void> abandon() {
        return CompletableFuture.allOf(main.abandon(), aux.abandon());
    }
}

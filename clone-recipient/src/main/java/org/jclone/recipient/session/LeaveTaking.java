package org.jclone.recipient.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jclone.recipient.connection.CommandConnection;
import org.jclone.recipient.connection.DonorLink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exits clone mode on all connections, the main one last: the donor waits there for all others. */
final class LeaveTaking {

    private static final Logger LOGGER = LoggerFactory.getLogger(LeaveTaking.class);

    private final Duration patience;

    LeaveTaking(Duration patience) {
        this.patience = patience;
    }

    void leave(DonorLink link, CloneStream stream) {
        List<CompletableFuture<Void>> exits = new ArrayList<>();
        exits.add(exit(link.aux()));
        stream.idleWorkers().forEach(CommandConnection::close);
        stream.workers().forEach(worker -> exits.add(exit(worker)));
        exits.add(exit(link.main()));
        try {
            CompletableFuture.allOf(exits.toArray(CompletableFuture[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("the donor did not answer COM_EXIT");
        }
    }

    private CompletableFuture<Void> exit(CommandConnection connection) {
        return connection.exit(patience).thenRun(connection::quit);
    }
}

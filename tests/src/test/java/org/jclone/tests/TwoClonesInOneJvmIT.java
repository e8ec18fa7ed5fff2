package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneStage;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/** Clones in one process are independent of each other. */
@RealServer
class TwoClonesInOneJvmIT {

    private static final BandwidthLimits SLOW = new BandwidthLimits(30, 0);

    private final Servers servers;

    TwoClonesInOneJvmIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void anAbortedCloneDoesNotAffectAnother() throws Exception {
        try (MySqlServer other = servers.create()) {
            other.sql("CREATE SCHEMA s; CREATE TABLE s.t (id INT PRIMARY KEY); INSERT INTO s.t VALUES (42)");
            Path aborted = servers.newPath("c");
            Path kept = servers.newPath("c");
            CloneRecipient one = recipient(servers.plainDonor(), aborted);
            CloneRecipient two = recipient(other, kept);
            CompletableFuture<CloneException> endOfOne = run(one);
            CompletableFuture<CloneException> endOfTwo = run(two);
            awaitFileCopy(one);
            awaitFileCopy(two);

            one.abort("not wanted any more");

            assertThat(endOfOne.get(1, TimeUnit.MINUTES))
                    .hasMessageContaining("not wanted any more")
                    .hasFieldOrPropertyWithValue("code", CloneErrorCode.ABORTED);
            assertThat(endOfTwo.get(1, TimeUnit.MINUTES)).isNull();
            Clones.assertNotUsable(aborted);
            Clones.assertFree(servers.plainDonor(), servers);
            try (MySqlServer clone = servers.create("--data", kept.toString())) {
                assertThat(clone.number("SELECT id FROM s.t")).isEqualTo(42);
            }
        }
    }

    private static CloneRecipient recipient(MySqlServer donor, Path directory) {
        return new CloneRecipient(
                Clones.request(donor, directory)
                        .transfer(it -> it.withBandwidthLimits(SLOW))
                        .build(),
                CloneListener.NONE);
    }

    /** Returns the exception of the clone, or null. */
    private static CompletableFuture<CloneException> run(CloneRecipient recipient) {
        return CompletableFuture.supplyAsync(() -> catchThrowableOfType(CloneException.class, recipient::run));
    }

    private static void awaitFileCopy(CloneRecipient recipient) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (recipient.progress().stage(CloneStage.FILE_COPY).dataBytes() == 0) {
            assertThat(System.nanoTime()).as("time to the first byte").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}

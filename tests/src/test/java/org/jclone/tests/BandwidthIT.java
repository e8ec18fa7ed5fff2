package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.StageProgress;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A clone uses its bandwidth limit, and does not exceed it. The exact rate is a matter of the limiter's own test. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BandwidthIT {

    private static final int WINDOW_SECONDS = 2;

    /** Blocks are counted when they are whole, and each connection has one. */
    private static final double MOST = 1.2;

    /** On a busy machine. */
    private static final double LEAST = 0.6;

    private final Servers servers;
    private final MySqlServer donor;

    BandwidthIT(Servers servers) {
        this.servers = servers;
        donor = servers.plainDonor();
    }

    @Test
    void dataLimitHoldsAndCanBeChanged() throws Exception {
        CloneRecipient recipient = new CloneRecipient(
                Clones.request(donor, servers.newPath("c"))
                        .transfer(it -> it.withBandwidthLimits(new BandwidthLimits(5, 0)))
                        .build(),
                CloneListener.NONE);
        CompletableFuture<Void> clone = start(recipient);
        try {
            awaitBytes(recipient, clone);
            assertThat(mebibytesPerSecond(recipient, false)).isBetween(5 * LEAST, 5 * MOST);
            recipient.setBandwidthLimits(new BandwidthLimits(15, 0));
            assertThat(mebibytesPerSecond(recipient, false)).isBetween(15 * LEAST, 15 * MOST);
        } finally {
            recipient.setBandwidthLimits(BandwidthLimits.NONE);
            clone.get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void networkLimitHoldsOverSixteenConnections() throws Exception {
        CloneRecipient recipient = new CloneRecipient(
                Clones.request(donor, servers.newPath("c"))
                        .transfer(it -> it.withMaxConcurrency(16)
                                .withAutotuneConcurrency(false)
                                .withBandwidthLimits(new BandwidthLimits(0, 20)))
                        .build(),
                CloneListener.NONE);
        CompletableFuture<Void> clone = start(recipient);
        try {
            awaitBytes(recipient, clone);
            assertThat(mebibytesPerSecond(recipient, true)).isBetween(20 * LEAST, 20 * MOST);
        } finally {
            recipient.setBandwidthLimits(BandwidthLimits.NONE);
            clone.get(1, TimeUnit.MINUTES);
        }
    }

    private static CompletableFuture<Void> start(CloneRecipient recipient) {
        return CompletableFuture.runAsync(() -> {
            try {
                recipient.run();
            } catch (CloneException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void awaitBytes(CloneRecipient recipient, CompletableFuture<Void> clone)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (recipient.progress().stage(CloneStage.FILE_COPY).dataBytes() == 0) {
            assertThat(clone).isNotDone();
            assertThat(System.nanoTime()).as("time to the first byte").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Measures the rate over a window, by this machine's clock; never too high a rate, however busy the machine is. */
    private static double mebibytesPerSecond(CloneRecipient recipient, boolean network) throws InterruptedException {
        long beginNanos = System.nanoTime();
        long begin = bytes(recipient.progress(), network);
        TimeUnit.SECONDS.sleep(WINDOW_SECONDS);
        long end = bytes(recipient.progress(), network);
        double seconds = (System.nanoTime() - beginNanos) / 1e9;
        return (end - begin) / seconds / (1 << 20);
    }

    private static long bytes(CloneProgress progress, boolean network) {
        StageProgress stage = progress.stage(CloneStage.FILE_COPY);
        return network ? stage.networkBytes() : stage.dataBytes();
    }
}

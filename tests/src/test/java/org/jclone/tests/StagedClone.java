package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;

/** A clone in the background, so that a test can change the donor in a chosen stage. */
final class StagedClone implements CloneListener {

    private static final long PATIENCE_SECONDS = 120;

    private final BlockingQueue<CloneStage> begun = new LinkedBlockingQueue<>();
    private final List<CloneEvent> events = new CopyOnWriteArrayList<>();
    private final CompletableFuture<CloneResult> result = new CompletableFuture<>();
    private final CloneRecipient recipient;

    private StagedClone(CloneRequest request) {
        recipient = new CloneRecipient(request, this);
    }

    static StagedClone begin(CloneRequest.Builder request) {
        StagedClone clone = new StagedClone(request.build());
        new Thread(clone::run, "staged-clone").start();
        return clone;
    }

    private void run() {
        try {
            result.complete(recipient.run());
        } catch (CloneException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    @Override
    public void onEvent(CloneEvent event) {
        events.add(event);
        if (event instanceof CloneEvent.StageStarted started) {
            begun.add(started.stage().stage());
        }
    }

    void awaitStage(CloneStage stage) throws InterruptedException {
        CloneStage started;
        do {
            started = begun.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(result).isNotCompletedExceptionally();
            assertThat(started).isNotNull();
        } while (started != stage);
    }

    void assertStillIn(CloneStage stage) {
        assertThat(recipient.progress().current()).contains(stage);
    }

    void limit(BandwidthLimits limits) {
        recipient.setBandwidthLimits(limits);
    }

    CloneResult await() throws Exception {
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    List<CloneEvent> events() {
        return events;
    }
}

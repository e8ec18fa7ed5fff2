package org.jclone.provision.step;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneErrorCode;

/**
 * Watches the source during the copy, and warns at once if it purges what the donor lacks. The clone has what the donor
 * has at the end of the copy.
 */
final class PurgeWatch implements AutoCloseable {

    static final Duration INTERVAL = Duration.ofSeconds(2);

    /** Receives what was seen, on the watch's thread. */
    interface Sink {
        void note(String text);

        void warn(String text, String hint);
    }

    private final Server source;
    private final Server donor;
    private final Sink sink;
    private Optional<GtidSet> purged;
    private Optional<ServerSession> ofSource = Optional.empty();
    private Optional<ServerSession> ofDonor = Optional.empty();
    private boolean noted;

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::watch, "jclone-purge-watch");

    /** @param purged what PREPARE saw; empty for a copy that is resumed */
    PurgeWatch(Server source, Server donor, Optional<GtidSet> purged, Sink sink) {
        this.source = source;
        this.donor = donor;
        this.purged = purged;
        this.sink = sink;
    }

    /** Returns the watch of a run; it looks at nothing if the new server will not replicate from a source by GTID. */
    static PurgeWatch of(Run run) {
        PurgeWatch watch =
                new PurgeWatch(run.reference(), run.asCloneUser(run.donor()), run.purgedBefore(), new Sink() {
                    @Override
                    public void note(String text) {
                        run.report().note(text);
                    }

                    @Override
                    public void warn(String text, String hint) {
                        run.report().warn(text, hint);
                    }
                });
        if (!run.hasNewChannel() || !run.isByGtid() || !run.record().has(Fact.SOURCE)) {
            watch.over.countDown();
        }
        return watch;
    }

    /** Looks at once and after each interval, on a thread of its own, until the watch is closed. */
    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (!isOver()) {
                look();
                over.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** Looks once. A server that does not answer is asked again the next time. */
    void look() {
        try {
            if (ofSource.isEmpty()) {
                ofSource = Optional.of(source.connect());
            }
            GtidSet now = ofSource.get().gtidSet("@@GLOBAL.gtid_purged");
            GtidSet more = now.subtract(purged.orElse(now));
            if (!more.isEmpty()) {
                if (ofDonor.isEmpty()) {
                    ofDonor = Optional.of(donor.connect());
                }
                report(more, now.subtract(ofDonor.get().gtidSet("@@GLOBAL.gtid_executed")));
            }
            purged = Optional.of(now);
        } catch (ServerException e) {
            disconnect();
            if (e.code() == CloneErrorCode.ACCESS_DENIED) {
                over.countDown(); // repeated failures may lock the account
            }
        }
    }

    private void report(GtidSet more, GtidSet lacking) {
        if (isOver()) {
            return;
        }
        String what = "the source " + source.address() + " has purged " + more.count()
                + " transactions from its binary logs since the run began";
        if (!lacking.isEmpty()) {
            sink.warn(
                    what + "; the donor lacks " + lacking.count() + " of those that are purged: " + lacking,
                    "The clone is useless for this source unless the donor gets them before the copy ends. Give the"
                            + " source a longer binlog_expire_logs_seconds, or another source.");
        } else if (!noted) {
            noted = true;
            sink.note(what + "; the donor has them, and so will the clone");
        }
    }

    private void disconnect() {
        ofSource.ifPresent(ServerSession::close);
        ofDonor.ifPresent(ServerSession::close);
        ofSource = Optional.empty();
        ofDonor = Optional.empty();
    }

    /** Ends the watch; returns when no more is reported. */
    @Override
    public void close() {
        over.countDown();
        try {
            thread.join(INTERVAL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package org.jclone.provision.step;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.WaitSettings;
import org.jclone.provision.channel.BinlogPosition;
import org.jclone.provision.mysqld.Interruptions;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/**
 * CATCH UP: replicates in private until the new server has what its sources had a moment ago. Gives up only when
 * nothing moves for a time, however long it takes.
 */
public final class CatchUp {

    private static final int REPORT_SECONDS = 5;
    private static final long POLL_MILLIS = 200;

    private final Run run;
    private final WaitSettings wait;
    private final ServerSession sql;
    private final List<ReplicatingChannel> channels;
    private final LongSupplier nanoTime;
    private String movement = "";
    private long movedNanos;
    private long reportedNanos;

    public CatchUp(Run run) {
        this.run = run;
        this.wait = run.request().waiting();
        this.sql = run.privateServer().orElseThrow().session();
        this.channels = run.channels();
        this.nanoTime = run.nanoTime();
        this.movedNanos = nanoTime.getAsLong();
        this.reportedNanos = movedNanos;
    }

    public void run() throws CloneException {
        await();
        Hooks hooks = new Hooks(run);
        if (hooks.wantsCaughtUp()) {
            try {
                hooks.caughtUp(
                        sql.query("SELECT @@GLOBAL.gtid_executed").single().orElse(""));
            } catch (ServerException e) {
                throw Run.failed(Failure.Provisioning.STATEMENT, e);
            }
        }
    }

    private void await() throws CloneException {
        if (channels.isEmpty()) {
            run.report().note("the new server has no channel, so there is nothing to wait for");
            return;
        }
        if (wait.until() == WaitSettings.Until.CONFIGURED) {
            run.report().note("not waiting: replication starts with the real server");
            return;
        }
        try {
            for (ReplicatingChannel channel : channels) {
                sql.query(Statement.of("START " + sql.words().replica() + " FOR CHANNEL ?", channel.name()));
            }
            for (ReplicatingChannel channel : channels) {
                awaitReplicating(channel);
            }
            if (wait.until() == WaitSettings.Until.CAUGHT_UP) {
                for (ReplicatingChannel channel : channels) {
                    awaitCaughtUp(channel);
                }
            }
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.STATEMENT, e);
        }
    }

    private void awaitReplicating(ReplicatingChannel channel) throws ServerException, CloneException {
        ChannelStatus status = new ChannelStatus(sql, channel);
        while (!status.isRunning()) {
            watch(-1);
            pause();
        }
    }

    private void awaitCaughtUp(ReplicatingChannel channel) throws ServerException, CloneException {
        if (channel.server().isEmpty()) {
            awaitByItsOwnAccount(channel, "no account is known that could ask it");
            return;
        }
        try (ServerSession source = channel.server().get().connect()) {
            awaitCaughtUp(channel, source);
        } catch (RefusedException e) {
            if (!e.isAccessDenied()) {
                throw e;
            }
            awaitByItsOwnAccount(channel, e.getMessage());
        }
    }

    /** Asks the source what it has, waits until the new server has that, and asks again if the wait was too long. */
    private void awaitCaughtUp(ReplicatingChannel channel, ServerSession source)
            throws ServerException, CloneException {
        while (true) {
            long begin = nanoTime.getAsLong();
            if (channel.byGtid()) {
                awaitSet(channel, source.gtidSet("@@GLOBAL.gtid_executed"));
            } else {
                awaitPosition(channel, source);
            }
            if (nanoTime.getAsLong() - begin <= wait.maxLag().toNanos()) {
                return;
            }
        }
    }

    private void awaitSet(ReplicatingChannel channel, GtidSet wanted) throws ServerException, CloneException {
        ChannelStatus status = new ChannelStatus(sql, channel);
        while (!status.hasReceived(wanted)) {
            status.requireNoError();
            watch(wanted.subtract(sql.gtidSet("@@GLOBAL.gtid_executed")).count());
            pause();
        }
        status.requireNoError();
    }

    private void awaitPosition(ReplicatingChannel channel, ServerSession source)
            throws ServerException, CloneException {
        Rows end = source.query(source.words().showBinaryLogStatus());
        BinlogPosition wanted = new BinlogPosition(
                end.value(0, "File").orElse(""),
                Long.parseLong(end.value(0, "Position").orElse("0")));
        ChannelStatus status = new ChannelStatus(sql, channel);
        while (!status.hasReceived(wanted)) {
            status.requireNoError();
            watch(-1);
            pause();
        }
        status.requireNoError();
    }

    private void awaitByItsOwnAccount(ReplicatingChannel channel, String why) throws ServerException, CloneException {
        run.report()
                .note("the source " + channel.source() + " was not asked what it has (" + why
                        + "); the channel's own status is believed");
        ChannelStatus status = new ChannelStatus(sql, channel);
        while (!status.seemsCaughtUp(wait.maxLag())) {
            status.requireNoError();
            watch(-1);
            pause();
        }
    }

    /** Fails if nothing has moved for a time: neither GTIDs, nor positions, nor InnoDB's reads and writes. */
    private void watch(long missing) throws ServerException, CloneException {
        String now = movement();
        long nanos = nanoTime.getAsLong();
        if (!now.equals(movement)) {
            movement = now;
            movedNanos = nanos;
        }
        Duration since = Duration.ofNanos(nanos - movedNanos);
        if (nanos - reportedNanos > Duration.ofSeconds(REPORT_SECONDS).toNanos()) {
            reportedNanos = nanos;
            run.report().send(new ProvisionEvent.CatchingUp(missing, since, lag()));
        }
        if (since.compareTo(wait.stall()) > 0) {
            throw Failure.Provisioning.STALLED.exception("no progress for " + since.toSeconds() + " s"
                    + (missing < 0 ? "" : ", " + missing + " transactions are missing") + lastErrors());
        }
    }

    /** Returns the greatest lag; empty if a channel does not know its own. */
    private Optional<Duration> lag() throws ServerException {
        Duration greatest = Duration.ZERO;
        for (ReplicatingChannel channel : channels) {
            OptionalLong behind = new ChannelStatus(sql, channel).secondsBehind();
            if (behind.isEmpty()) {
                return Optional.empty();
            }
            greatest = Duration.ofSeconds(Math.max(greatest.toSeconds(), behind.getAsLong()));
        }
        return Optional.of(greatest);
    }

    private String movement() throws ServerException {
        StringBuilder all = new StringBuilder();
        for (ReplicatingChannel channel : channels) {
            all.append(new ChannelStatus(sql, channel).movement());
        }
        all.append(sql.query("SELECT @@GLOBAL.gtid_executed").single().orElse(""));
        Rows work = sql.query("SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_data_read', 'Innodb_data_written')");
        return all.append(work.rows()).toString();
    }

    private String lastErrors() throws ServerException {
        StringBuilder all = new StringBuilder();
        for (ReplicatingChannel channel : channels) {
            all.append(new ChannelStatus(sql, channel).lastError());
        }
        return all.toString();
    }

    private static void pause() throws CloneException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        }
    }
}

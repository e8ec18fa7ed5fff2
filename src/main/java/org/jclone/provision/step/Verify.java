package org.jclone.provision.step;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jclone.protocol.clone.CloneError;
import org.jclone.provision.api.ReplicationSettings.Channels;
import org.jclone.provision.mysqld.Interruptions;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/**
 * VERIFY: queries the real server's identity with the account of the clone, and asks the source whether
 * that server replicates.
 */
public final class Verify {

    private static final long POLL_MILLIS = 200;

    private final Run run;

    public Verify(Run run) {
        this.run = run;
    }

    public void run() throws CloneException {
        Optional<VerifyGroup> group = JoinGroup.of(run).map(joining -> new VerifyGroup(run, joining));
        if (run.request().service().startCommand().isEmpty() && group.isPresent()) {
            group.get().tellStopped();
            return;
        }
        if (run.request().service().startCommand().isEmpty()) {
            run.report()
                    .note("the server was left stopped"
                            + (run.policy() == Channels.REMOVE ? "" : "; it replicates as soon as it is started"));
            return;
        }
        askServer();
        if (group.isPresent()) {
            group.get().run(socket().map(run::asCloneUser));
            return;
        }
        if (run.policy() == Channels.KEEP && run.channels().isEmpty()) { // another process configured them
            run.report()
                    .warn(
                            "the sources " + run.record().fact(Fact.SOURCES).orElse("")
                                    + " were not asked for the new replica",
                            "Compare SHOW REPLICA STATUS of the new server.");
        }
        for (ReplicatingChannel channel : run.channels()) {
            askSource(channel);
        }
    }

    private Optional<DonorAddress> socket() throws CloneException {
        return run.effective().value("socket").map(Path::of).map(DonorAddress::ofSocket);
    }

    private void askServer() throws CloneException {
        Optional<DonorAddress> address = socket();
        if (address.isEmpty()) {
            run.report().warn("the server has no socket, so jclone could not query it", "");
            return;
        }
        long begin = run.nanoTime().getAsLong();
        while (true) {
            try (ServerSession sql = run.asCloneUser(address.get()).connect()) {
                Rows rows = sql.query("SELECT @@GLOBAL.server_uuid, @@GLOBAL.super_read_only, @@GLOBAL.server_id");
                require("server_uuid", run.record().fact(Fact.SERVER_UUID).orElse(""), rows.text(0, 0));
                boolean writable = run.request().replication().writable();
                if (run.request().join().isEmpty()) { // a member that is ONLINE may be a primary
                    require("super_read_only", writable ? "0" : "1", rows.text(0, 1));
                }
                if (!run.isIncremental()) { // its own persisted variables, which are back, may have another one
                    require("server_id", run.record().fact(Fact.SERVER_ID).orElse(""), rows.text(0, 2));
                }
                run.report()
                        .verified("the server answers with the new server_uuid"
                                + (rows.text(0, 1).equals("1")
                                        ? ", and is read-only"
                                        : writable ? ", and accepts writes" : ""));
                verifySemiSync(sql);
                return;
            } catch (ServerException e) {
                if (run.request().join().isPresent() && e.number() == CloneError.ER_SERVER_OFFLINE_MODE) {
                    return; // it could not join, and the group's part of this step says why
                }
                if (e.code() == CloneErrorCode.ACCESS_DENIED) {
                    run.report().warn("the server runs, but refuses the account of the clone: " + e.getMessage(), "");
                    return;
                }
                pause(begin, "the server does not answer: " + e.getMessage());
            }
        }
    }

    /** The settings enable it; the status says whether the source waits for this replica. */
    private void verifySemiSync(ServerSession sql) throws ServerException {
        Rows enabled = sql.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN"
                + " ('rpl_semi_sync_replica_enabled', 'rpl_semi_sync_slave_enabled') AND Value = 'ON'");
        if (!enabled.isEmpty()) {
            run.report().verified(enabled.text(0, 0) + " is ON");
        }
    }

    private static void require(String what, String expected, String found) throws CloneException {
        if (!found.equals(expected)) {
            throw Failure.Provisioning.VERIFY.exception(
                    "the server that answers has " + what + "=" + found + " (expected: " + expected + ")");
        }
    }

    private void askSource(ReplicatingChannel channel) throws CloneException {
        if (channel.server().isEmpty()) {
            run.report()
                    .warn(
                            "the source " + channel.source()
                                    + " was not asked for the new replica: no account is known",
                            "");
            return;
        }
        String uuid = run.record().fact(Fact.SERVER_UUID).orElseThrow();
        long begin = run.nanoTime().getAsLong();
        try (ServerSession sql = channel.server().get().connect()) {
            while (true) {
                Rows replicas = sql.query(sql.words().showReplicas());
                for (int i = 0; i < replicas.size(); i++) {
                    Optional<String> seen = SourceFacts.uuid(replicas, i);
                    if (seen.filter(uuid::equals).isPresent()) {
                        run.report().verified("the source " + channel.source() + " lists it among its replicas");
                        return;
                    }
                }
                pause(begin, "the source " + channel.source() + " does not list the server among its replicas");
            }
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.VERIFY, e);
        }
    }

    private void pause(long begin, String why) throws CloneException {
        Duration stall = run.request().waiting().stall();
        if (run.nanoTime().getAsLong() - begin > stall.toNanos()) {
            throw Failure.Provisioning.VERIFY.exception(why + ", for " + stall.toSeconds() + " s");
        }
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        }
    }
}

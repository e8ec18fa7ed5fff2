package org.jclone.provision.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jclone.provision.channel.BinlogPosition;
import org.jclone.provision.channel.CarriedChannel;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/**
 * Asks the sources of the channels that stay, before they start: whether each is the donor's source, has what the clone
 * lacks, and knows no other server with the new {@code server_id}.
 */
final class SourcesFit {

    private final Run run;
    private final GtidSet clone;
    private GtidSet unexplained;
    private boolean allAsked = true;
    private final Set<Long> ids = new TreeSet<>();

    SourcesFit(Run run) {
        this.run = run;
        this.clone = GtidSet.parse(run.record().fact(Fact.GTID_EXECUTED).orElse(""));
        this.unexplained = clone;
    }

    void require(ServerSession sql, List<CarriedChannel> channels) throws ServerException, CloneException {
        for (int i = 0; i < channels.size(); i++) {
            Optional<Server> server = run.channels().get(i).server();
            if (server.isEmpty()) {
                allAsked = false;
                continue;
            }
            try (ServerSession source = server.get().connect()) {
                ask(source, channels.get(i));
            } catch (ServerException e) {
                throw Failure.Provisioning.SOURCE.exception(
                        "the source of the channel '" + channels.get(i).name() + "': " + e.getMessage(), e);
            }
        }
        requireNoErrant();
        keepServerIdUnique(sql);
    }

    private void ask(ServerSession source, CarriedChannel channel) throws ServerException, CloneException {
        SourceFacts facts = SourceFacts.ask(source, channel.user(), run.targetUuids());
        String name = "the source of the channel '" + channel.name() + "', " + channel.host() + ":" + channel.port();
        ids.addAll(facts.serverIds());
        if (!channel.sourceUuid().isEmpty() && !channel.sourceUuid().equals(facts.serverUuid())) {
            String text = name + ", is the server " + facts.serverUuid()
                    + " as seen from here, and the donor replicates" + " from " + channel.sourceUuid();
            if (!channel.autoPosition()) {
                throw Failure.Provisioning.SOURCE.exception(text + ": a position is valid for one server only");
            }
            run.report().warn(text, "A name such as localhost means another server here.");
        }
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("server_uuid", facts.serverUuid());
        if (channel.autoPosition()) {
            GtidSet purged = facts.purged().subtract(clone);
            inputs.put("purged there", Long.toString(facts.purged().count()));
            if (!purged.isEmpty()) {
                throw useless(name + ", has purged transactions that the clone lacks: " + purged);
            }
        } else {
            inputs.put("binary log", requireLog(source, name, channel));
        }
        GtidSet executed = facts.executed();
        if (!unexplained.subtract(executed).isEmpty()) { // a source may lag behind its own replicas
            source.query(Statement.of(
                    "SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)",
                    unexplained.subtract(executed),
                    run.channels().size() == 1 ? PrepareSource.LAG_SECONDS : 1));
            executed = source.gtidSet("@@GLOBAL.gtid_executed");
        }
        unexplained = unexplained.subtract(executed);
        run.report()
                .decided(
                        "source of '" + channel.name() + "' fits",
                        executed.subtract(clone).count() + " transactions to fetch",
                        inputs);
    }

    /** A purge cannot be undone, and a channel that stays has no other source: the next run makes a new clone. */
    private PurgedException useless(String what) throws StorageException {
        PurgedException purged = new PurgedException(what);
        run.record().set(Fact.CLONE_USELESS, purged.getMessage());
        return purged;
    }

    /** Compares with the logs of the source, if the account may see them. */
    private String requireLog(ServerSession source, String name, CarriedChannel channel)
            throws ServerException, CloneException {
        BinlogPosition from =
                channel.progress().map(progress -> progress.common()).orElse(new BinlogPosition("", 0));
        Rows logs;
        try {
            logs = source.query("SHOW BINARY LOGS");
        } catch (RefusedException e) {
            if (!e.isAccessDenied()) {
                throw e;
            }
            return "not visible to " + channel.user() + " without REPLICATION CLIENT";
        }
        List<String> files = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            files.add(logs.value(i, "Log_name").orElse(""));
        }
        if (!files.contains(from.file())) {
            throw useless(name + ", no longer has " + from.file() + ", where the clone continues");
        }
        return from.file() + " is there";
    }

    private void requireNoErrant() throws CloneException {
        if (unexplained.isEmpty() || !run.isByGtid()) {
            return;
        }
        if (!allAsked) {
            run.report()
                    .note("not every source could be asked, so errant transactions of the donor would go unnoticed");
            return;
        }
        throw Failure.Provisioning.SOURCE.exception(
                "the clone has transactions that no source of its channels has: " + unexplained);
    }

    /** The sources were not known when the id was chosen. */
    private void keepServerIdUnique(ServerSession sql) throws ServerException, CloneException {
        long id = Long.parseLong(run.record().fact(Fact.SERVER_ID).orElseThrow());
        if (ids.contains(id)) {
            run.record().forget(Fact.SERVER_ID);
            new PrepareServerId(run).choose(ids);
            sql.query(Statement.of(
                    "SET GLOBAL server_id = ?",
                    Long.parseLong(run.record().fact(Fact.SERVER_ID).orElseThrow())));
        }
    }
}

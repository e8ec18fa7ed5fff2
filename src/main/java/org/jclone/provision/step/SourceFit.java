package org.jclone.provision.step;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/**
 * Asks the source again, before the channel starts, what was asked before the copy: it may have purged its logs since.
 */
final class SourceFit {

    private final Run run;

    SourceFit(Run run) {
        this.run = run;
    }

    void require() throws ServerException, CloneException {
        try (ServerSession sql = run.source().connect()) {
            SourceFacts source =
                    SourceFacts.ask(sql, run.request().replication().user());
            if (run.isByGtid()) {
                requireGtids(sql, source);
            } else {
                requirePosition(sql);
            }
        }
    }

    private void requireGtids(ServerSession sql, SourceFacts source) throws ServerException, CloneException {
        GtidSet clone = GtidSet.parse(run.record().fact(Fact.GTID_EXECUTED).orElse(""));
        GtidSet purged = source.purged().subtract(clone);
        if (!purged.isEmpty()) {
            throw Failure.Provisioning.SOURCE.exception(
                    "the source " + run.sourceAddress() + " has purged transactions that the clone lacks: " + purged);
        }
        GtidSet errant = clone.subtract(source.executed());
        if (!errant.isEmpty()) {
            errant = clone.subtract(sql.gtidSet("@@GLOBAL.gtid_executed")); // a source that is a replica may lag
        }
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("transactions of the clone", Long.toString(clone.count()));
        inputs.put("of the source", Long.toString(source.executed().count()));
        inputs.put("purged there", Long.toString(source.purged().count()));
        run.decided(
                "source fits",
                errant.isEmpty() ? source.executed().subtract(clone).count() + " transactions to fetch" : "no",
                inputs);
        if (!errant.isEmpty()) {
            throw Failure.Provisioning.SOURCE.exception(
                    "the clone has transactions that the source " + run.sourceAddress() + " lacks: " + errant);
        }
    }

    private void requirePosition(ServerSession sql) throws ServerException, CloneException {
        String file = run.record().fact(Fact.BINLOG_FILE).orElseThrow();
        long position = Long.parseLong(run.record().fact(Fact.BINLOG_POSITION).orElseThrow());
        Rows logs = sql.query("SHOW BINARY LOGS");
        for (int i = 0; i < logs.size(); i++) {
            if (logs.value(i, "Log_name").filter(file::equals).isPresent()) {
                long size = Rows.number(logs.value(i, "File_size").orElse("")).orElse(0);
                if (size < position) {
                    throw Failure.Provisioning.SOURCE.exception("the source's " + file + " has " + size
                            + " bytes, and the clone's position is " + position);
                }
                return;
            }
        }
        throw Failure.Provisioning.SOURCE.exception(
                "the source " + run.sourceAddress() + " no longer has " + file + ", where the clone ends");
    }
}

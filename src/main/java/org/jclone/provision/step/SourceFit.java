package org.jclone.provision.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/**
 * Asks the source again, before the channel starts, what was asked before the copy: it may have purged its logs since.
 */
final class SourceFit {

    private final Run run;
    private final Function<DonorAddress, Server> servers;

    SourceFit(Run run) {
        this(run, run::sourceAt);
    }

    /** @param servers returns a source, asked with the replication account */
    SourceFit(Run run, Function<DonorAddress, Server> servers) {
        this.run = run;
        this.servers = servers;
    }

    /** Takes the first source that has what the clone lacks, beginning with the present one. */
    void require() throws ServerException, CloneException {
        List<DonorAddress> candidates = new SourceCandidates(run).recorded();
        CloneException first = null;
        boolean purged = true;
        for (DonorAddress candidate : run.isByGtid() ? candidates : candidates.subList(0, 1)) {
            try {
                requireOf(candidate);
                if (first != null) {
                    run.record().set(Fact.SOURCE, candidate.toString());
                    run.report().decided("source", candidate.toString(), Map.of("candidates", candidates.toString()));
                }
                return;
            } catch (ServerException e) {
                if (candidates.size() == 1) {
                    throw e;
                }
                first = tried(candidate, Run.failed(Failure.Provisioning.SOURCE, e), first);
                purged = false;
            } catch (CloneException e) {
                if (candidates.size() == 1) {
                    throw useless(e);
                }
                first = tried(candidate, e, first);
                purged &= e instanceof PurgedException;
            }
        }
        throw purged ? useless(first) : first; // another one may serve later
    }

    private CloneException tried(DonorAddress candidate, CloneException failure, CloneException first) {
        run.report().warn("cannot replicate from " + candidate + ": " + failure.getMessage(), "");
        return first == null ? failure : first;
    }

    /** A purge cannot be undone, so the next run makes a new clone. */
    private CloneException useless(CloneException failure) throws StorageException {
        if (failure instanceof PurgedException) {
            run.record().set(Fact.CLONE_USELESS, failure.getMessage());
        }
        return failure;
    }

    private void requireOf(DonorAddress candidate) throws ServerException, CloneException {
        try (ServerSession sql = servers.apply(candidate).connect()) {
            SourceFacts source =
                    SourceFacts.ask(sql, run.request().replication().user(), run.targetUuids());
            if (!run.isByGtid()) {
                requirePosition(sql);
                return;
            }
            requireGtids(candidate, sql, source);
            requireOtherId(candidate, source);
        }
    }

    /** The id was chosen for the first source; PREPARE did not ask the others for their replicas. */
    private void requireOtherId(DonorAddress candidate, SourceFacts source) throws CloneException {
        long own = Long.parseLong(run.record().fact(Fact.SERVER_ID).orElse("0"));
        boolean taken = candidate.equals(run.sourceAddress())
                ? source.serverId() == own
                : source.serverIds().contains(own);
        if (taken) {
            throw Failure.Provisioning.SOURCE.exception(
                    "the source " + candidate + ", or one of its replicas, has the server_id " + own + ", too");
        }
    }

    /**
     * Asks before the old server is stopped. The donor had at least what the clone has when the copy ended, so purged
     * transactions that it lacked are lost. CONFIGURE asks again, when the clone can tell exactly what it has.
     */
    void requireNotPurged() throws CloneException {
        Optional<String> donor = run.record().fact(Fact.DONOR_EXECUTED);
        if (donor.isEmpty() || !run.isByGtid() || run.isIncremental() || !run.hasNewChannel()) {
            return;
        }
        CloneException first = null;
        for (DonorAddress candidate : new SourceCandidates(run).recorded()) {
            try (ServerSession sql = servers.apply(candidate).connect()) {
                GtidSet purged = sql.gtidSet("@@GLOBAL.gtid_purged").subtract(GtidSet.parse(donor.get()));
                if (purged.isEmpty()) {
                    return;
                }
                PurgedException lost = new PurgedException(
                        "the source " + candidate + " has purged transactions that the clone lacks: " + purged);
                first = first == null ? lost : first;
            } catch (ServerException e) {
                return; // CONFIGURE asks again
            }
        }
        throw useless(first);
    }

    private void requireGtids(DonorAddress address, ServerSession sql, SourceFacts source)
            throws ServerException, CloneException {
        if (!source.hasGtids()) {
            throw Failure.Provisioning.SOURCE.exception(
                    "the source " + address + " has gtid_mode=" + source.gtidMode() + " (expected: ON)");
        }
        GtidSet clone = GtidSet.parse(run.record().fact(Fact.GTID_EXECUTED).orElse(""));
        GtidSet purged = source.purged().subtract(clone);
        if (!purged.isEmpty()) {
            throw new PurgedException(
                    "the source " + address + " has purged transactions that the clone lacks: " + purged);
        }
        GtidSet errant = clone.subtract(source.executed());
        if (!errant.isEmpty()) {
            errant = clone.subtract(sql.gtidSet("@@GLOBAL.gtid_executed")); // a source that is a replica may lag
        }
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("transactions of the clone", Long.toString(clone.count()));
        inputs.put("of the source", Long.toString(source.executed().count()));
        inputs.put("purged there", Long.toString(source.purged().count()));
        run.report()
                .decided(
                        "source fits",
                        errant.isEmpty() ? source.executed().subtract(clone).count() + " transactions to fetch" : "no",
                        inputs);
        if (!errant.isEmpty()) {
            throw Failure.Provisioning.SOURCE.exception(
                    "the clone has transactions that the source " + address + " lacks: " + errant);
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
        throw new PurgedException(
                "the source " + run.sourceAddress() + " no longer has " + file + ", where the clone ends");
    }
}

package org.jclone.provision.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.api.DonorChoice;
import org.jclone.provision.api.ReplicationSettings.Method;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;

/** What PREPARE asks of the source. Decides how the new server replicates from it. */
final class PrepareSource {

    /** How long to wait for a source that may only lag, before its lack of a transaction is believed. */
    static final int LAG_SECONDS = 5;

    private final Run run;
    private Optional<SourceFacts> facts = Optional.empty();

    PrepareSource(Run run) {
        this.run = run;
    }

    /** Returns what the source reported about itself; empty if {@link #choose} failed. */
    Optional<SourceFacts> facts() {
        return facts;
    }

    /**
     * Asks one source after another, takes the first that can serve the new server, and returns what it says of itself.
     */
    SourceFacts choose(Optional<DonorIdentity> donor) throws CloneException {
        List<DonorAddress> candidates = new SourceCandidates(run).find();
        CloneException last = null;
        for (DonorAddress candidate : candidates) {
            run.record().set(Fact.SOURCE, candidate.toString());
            try {
                SourceFacts found = check(donor);
                if (candidates.size() > 1) {
                    if (donor.isPresent()) {
                        requireDonorFits(donor.get().executed());
                    }
                    run.report().decided("source", candidate.toString(), Map.of("candidates", candidates.toString()));
                }
                return found;
            } catch (CloneException e) {
                if (candidates.size() > 1) {
                    run.report().note("cannot replicate from " + candidate + ": " + e.getMessage());
                }
                last = e;
            }
        }
        facts = Optional.empty();
        run.record().set(Fact.SOURCE, candidates.get(0).toString());
        throw last;
    }

    /** Asks the source, chooses the method, and returns what the source says of itself. */
    private SourceFacts check(Optional<DonorIdentity> donor) throws CloneException {
        SourceFacts source;
        try (ServerSession sql = run.source().connect()) {
            source = SourceFacts.ask(sql, run.request().replication().user(), run.targetUuids());
            if (!source.logs()) {
                throw Failure.Provisioning.SOURCE.exception(
                        "the source " + run.sourceAddress() + " has no binary log, so nothing can replicate from it");
            }
            if (donor.isPresent()) {
                Method method = method(source, donor.get());
                if (method == Method.POSITION) {
                    requireBinaryLogs(sql);
                }
                run.record().set(Fact.METHOD, method.name());
            }
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.SOURCE, e);
        }
        facts = Optional.of(source);
        run.setPurgedBefore(source.purged());
        return source;
    }

    private Method method(SourceFacts source, DonorIdentity donor) throws CloneException {
        boolean same = source.serverUuid().equals(donor.serverUuid());
        boolean gtids = source.hasGtids() && !donor.gtidMode().equals("OFF");
        Method wanted = run.request().replication().method();
        Method method = wanted != Method.AUTO ? wanted : gtids ? Method.GTID : Method.POSITION;
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("wanted", wanted.name());
        inputs.put("gtid_mode of the source", source.gtidMode());
        inputs.put("gtid_mode of the donor", donor.gtidMode());
        inputs.put("source is the donor", same ? "yes" : "no");
        run.report().decided("method", method.name(), inputs);
        if (method == Method.GTID && !gtids) {
            throw Failure.Provisioning.SOURCE.exception("replication by GTID needs gtid_mode=ON on the source (found: "
                    + source.gtidMode() + ") and not OFF on the donor (found: " + donor.gtidMode() + ")");
        }
        if (method == Method.POSITION
                && run.request().choice().filter(DonorChoice::several).isPresent()) {
            throw Failure.Provisioning.SOURCE.exception(
                    "several donors need replication by GTID: a position is valid for one donor only");
        }
        if (method == Method.POSITION && !same) {
            throw Failure.Provisioning.SOURCE.exception("the source " + run.sourceAddress()
                    + " is not the donor, and the clone has a position in the donor's binary log only");
        }
        return method;
    }

    /** The clone will have at least what the donor had when it was asked; the rest is checked once there is a clone. */
    void requireDonorFits(GtidSet donor) throws CloneException {
        if (!run.isByGtid()) {
            return;
        }
        try (ServerSession sql = run.source().connect()) {
            GtidSet errant = donor.subtract(sql.gtidSet("@@GLOBAL.gtid_executed"));
            if (!errant.isEmpty()) { // a source that is a replica may lag
                sql.query(Statement.of("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)", errant, LAG_SECONDS));
                errant = errant.subtract(sql.gtidSet("@@GLOBAL.gtid_executed"));
            }
            if (!errant.isEmpty()) {
                throw Failure.Provisioning.SOURCE.exception("the donor " + run.donor()
                        + " has transactions that the source " + run.sourceAddress() + " lacks: " + errant);
            }
            GtidSet purged = sql.gtidSet("@@GLOBAL.gtid_purged").subtract(donor);
            if (!purged.isEmpty()) {
                throw new PurgedException("the source " + run.sourceAddress()
                        + " has purged transactions that the donor " + run.donor() + " lacks: " + purged);
            }
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.SOURCE, e);
        }
    }

    /** The position is compared with these, before the channel starts and while it catches up. */
    private void requireBinaryLogs(ServerSession sql) throws ServerException, CloneException {
        try {
            sql.query("SHOW BINARY LOGS");
        } catch (RefusedException e) {
            if (!e.isAccessDenied()) {
                throw e;
            }
            throw Failure.Provisioning.SOURCE.exception(
                    "the account " + run.request().replication().user()
                            + " lacks REPLICATION CLIENT: GRANT REPLICATION CLIENT ON *.* TO it on the source",
                    e);
        }
    }
}

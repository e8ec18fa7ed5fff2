package org.jclone.provision.step;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.api.ReplicationSettings.Method;
import org.jclone.provision.donor.DonorEvent;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.donor.RatedDonor;
import org.jclone.provision.mysqld.EffectiveOptions;
import org.jclone.provision.mysqld.Fence;
import org.jclone.provision.plan.Decision;
import org.jclone.provision.plan.GtidState;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.provision.plan.Situation;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.DonorCheck;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.storage.ServerLock;

/**
 * PREPARE: asks everything that can be asked before something changes, and reports all findings at once. Decides how the
 * new server will replicate, and its {@code server_id}.
 */
public final class Prepare {

    /** Random ids start here, because people choose lower ones. */
    private static final long FIRST_RANDOM_ID = 1 << 24;

    private static final long LAST_ID = 0xffff_ffffL;

    /** What a source should keep its binary logs for at least, beyond anything that can be measured beforehand. */
    private static final Duration SHORT_RETENTION = Duration.ofHours(6);

    /** How long to wait for a source that may only lag, before its lack of a transaction is believed. */
    private static final int LAG_SECONDS = 5;

    private final Run run;
    private final List<String> problems = new ArrayList<>();
    private Optional<CloneException> first = Optional.empty();
    private Optional<Decision> decision = Optional.empty();

    public Prepare(Run run) {
        this.run = run;
    }

    public void run() throws CloneException {
        new ConfigFile(run.request().configFile()).createIfMissing();
        ask();
        if (!problems.isEmpty()) {
            run.listener().onProvision(new ProvisionEvent.Findings(problems));
            if (problems.size() == 1 && first.isPresent()) {
                throw first.get();
            }
            throw Failure.Provisioning.PREPARE.exception(
                    problems.size() + (problems.size() == 1 ? " finding prevents" : " findings prevent")
                            + " the run; the first: " + problems.get(0));
        }
    }

    /** Returns what the run would do. Changes nothing. */
    public ProvisionPlan plan() {
        ask();
        return new ProvisionPlan(
                run.donor(),
                run.sourceAddress(),
                decision,
                run.record().fact(Fact.METHOD).map(Method.GTID.name()::equals),
                problems);
    }

    private void ask() {
        gather(this::checkTarget);
        gather(this::searchDonor);
        Optional<Identity> donor = askDonor();
        gather(() -> checkSource(donor));
        gather(this::decide);
        if (!run.isIncremental() && donor.isPresent()) {
            gather(() -> requireDonorFits(donor.get().executed()));
        }
        gather(this::checkOldServer);
        if (!run.isIncremental() && run.request().choice().isEmpty()) {
            checkDonor();
        }
    }

    /** Asks the target first: what the source commits in between is not missing there. */
    private void decide() throws CloneException {
        boolean hasData = Exchange.hasData(run.directory());
        Optional<GtidSet> target = hasData ? askTarget() : Optional.empty();
        RecoverySettings wanted = run.request().recovery();
        Situation now = situation(hasData, target);
        if (!now.errant().isEmpty()) {
            now = askAgain(now); // a source that is a replica may lag behind its own replicas
        }
        Decision made = Decision.of(now, wanted.method(), wanted.threshold(), wanted.discardable());
        decision = Optional.of(made);
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("data in the directory", hasData ? "yes" : "no");
        inputs.put("the target has", target.map(GtidSet::toString).orElse("unknown"));
        inputs.put("the source has", now.source().toString());
        inputs.put("purged there", now.purged().toString());
        inputs.put("recovery method", wanted.method().name());
        inputs.put("clone threshold", Long.toString(wanted.threshold()));
        run.decided("way", made.way() + made.state().map(state -> ", " + state).orElse(""), inputs);
        run.record().set(Fact.WAY, made.way().name());
        if (made.way() == Decision.Way.REFUSE) {
            throw (made.state().filter(GtidState.DIVERGED::equals).isPresent()
                            ? Failure.Provisioning.DIVERGED
                            : Failure.Provisioning.SOURCE)
                    .exception(made.reason());
        }
        if (made.way() == Decision.Way.CLONE && hasData && !run.request().replace()) {
            throw Failure.TargetNotUsable.NOT_EMPTY.exception(
                    run.directory() + " holds a server's data, and --replace is not given");
        }
    }

    private Situation situation(boolean hasData, Optional<GtidSet> target) throws CloneException {
        try (ServerSession sql = run.source().connect()) {
            boolean byGtid = run.record()
                    .fact(Fact.METHOD)
                    .filter(Method.GTID.name()::equals)
                    .isPresent();
            return new Situation(
                    hasData,
                    target,
                    sql.gtidSet("@@GLOBAL.gtid_executed"),
                    sql.gtidSet("@@GLOBAL.gtid_purged"),
                    byGtid);
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.SOURCE, e);
        }
    }

    private Situation askAgain(Situation now) throws CloneException {
        try (ServerSession sql = run.source().connect()) {
            sql.query(Statement.of("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)", now.errant(), LAG_SECONDS));
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.SOURCE, e);
        }
        return situation(now.hasData(), now.target());
    }

    /** Asks the server that runs on the directory, with the account of the clone, which a replica has, too. */
    private Optional<GtidSet> askTarget() throws CloneException {
        Optional<Path> socket = run.effective().value("socket").map(Path::of).filter(Path::isAbsolute);
        if (socket.isEmpty()) {
            return Optional.empty();
        }
        try (ServerSession sql =
                run.asCloneUser(DonorAddress.ofSocket(socket.get())).connect()) {
            String place = sql.query("SELECT @@GLOBAL.datadir").single().orElse("");
            if (!Path.of(place).normalize().equals(run.directory())) {
                run.warn("the server on " + socket.get() + " runs on " + place + ", and is not the target", "");
                return Optional.empty();
            }
            return Optional.of(sql.gtidSet("@@GLOBAL.gtid_executed"));
        } catch (ServerException e) {
            run.note("no answer from the target: " + e.getMessage());
            return Optional.empty();
        }
    }

    private interface Check {
        void run() throws CloneException;
    }

    private void gather(Check check) {
        try {
            check.run();
        } catch (CloneException e) {
            problem(e);
        }
    }

    private void problem(CloneException e) {
        if (problems.contains(e.getMessage())) {
            return; // two checks may ask the same server
        }
        problems.add(e.getMessage());
        first = first.or(() -> Optional.of(e));
    }

    private void checkTarget() throws CloneException {
        EffectiveOptions effective = run.effective();
        if (!effective.version().isAtLeast(Fence.FIRST_VERSION)) {
            throw Failure.Provisioning.FENCE.exception(
                    "the target is MySQL " + effective.version()
                            + ": no fence is known for versions before 8.0.29 that prevents writes to data that is not configured");
        }
        if (EffectiveOptions.ignorePersisted(run.request().mysqld())) {
            throw Failure.Provisioning.FENCE.exception(
                    "the server's option files have persisted_globals_load=OFF, so it would ignore the fence");
        }
    }

    private void checkOldServer() throws CloneException {
        if (run.request().service().stopCommand().isPresent()) {
            return;
        }
        try {
            ServerLock.requireUnused(run.directory());
        } catch (StorageException e) {
            throw e;
        } catch (CloneException e) {
            throw Failure.Provisioning.RUNNING.exception(e.getMessage(), e);
        }
    }

    private void checkDonor() {
        CheckReport report = new DonorCheck(run.request().copy().withOwnPasswords()).run();
        for (Finding finding : report.in(Finding.State.PROBLEM)) {
            problems.add(
                    finding.item() + ": " + finding.text() + (finding.why().isEmpty() ? "" : ". " + finding.why()));
        }
        report.in(Finding.State.WARNING).forEach(finding -> run.warn(finding.text(), finding.why()));
    }

    /** Looks for the best donor, which is asked what the clone would be of; another one may be cloned in the end. */
    private void searchDonor() throws CloneException {
        if (run.request().choice().isEmpty()) {
            run.record().set(Fact.DONOR, run.request().copy().donor().toString());
            return;
        }
        DonorTable table = run.request().choice().get().search().run();
        run.request().choice().get().listener().onEvent(new DonorEvent.Searched(0, table));
        Optional<RatedDonor> best = table.best();
        if (best.isEmpty()) {
            throw Failure.Provisioning.PREPARE.exception("no donor is suitable");
        }
        run.record().set(Fact.DONOR, best.get().address().toString());
    }

    private record Identity(String serverUuid, long serverId, String gtidMode, GtidSet executed) {}

    private Optional<Identity> askDonor() {
        try (ServerSession sql = run.asCloneUser(run.donor()).connect()) {
            Rows rows = sql.query("SELECT @@GLOBAL.server_uuid, @@GLOBAL.server_id, @@GLOBAL.gtid_mode");
            return Optional.of(new Identity(
                    rows.text(0, 0),
                    Rows.number(rows.text(0, 1)).orElse(0),
                    rows.text(0, 2),
                    sql.gtidSet("@@GLOBAL.gtid_executed")));
        } catch (ServerException e) {
            return Optional.empty(); // the check of the donor reports why
        }
    }

    private void checkSource(Optional<Identity> donor) throws CloneException {
        run.record().set(Fact.SOURCE, run.sourceAddress().toString());
        SourceFacts source;
        try (ServerSession sql = run.source().connect()) {
            source = SourceFacts.ask(sql, run.request().replication().user());
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
        checkRetention(source);
        chooseServerId(source, donor);
    }

    private Method method(SourceFacts source, Identity donor) throws CloneException {
        boolean same = source.serverUuid().equals(donor.serverUuid());
        boolean gtids = source.hasGtids() && !donor.gtidMode().equals("OFF");
        Method wanted = run.request().replication().method();
        Method method = wanted != Method.AUTO ? wanted : gtids ? Method.GTID : Method.POSITION;
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("wanted", wanted.name());
        inputs.put("gtid_mode of the source", source.gtidMode());
        inputs.put("gtid_mode of the donor", donor.gtidMode());
        inputs.put("source is the donor", same ? "yes" : "no");
        run.decided("method", method.name(), inputs);
        if (method == Method.GTID && !gtids) {
            throw Failure.Provisioning.SOURCE.exception("replication by GTID needs gtid_mode=ON on the source (found: "
                    + source.gtidMode() + ") and not OFF on the donor (found: " + donor.gtidMode() + ")");
        }
        if (method == Method.POSITION && run.request().choice().isPresent()) {
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
    private void requireDonorFits(GtidSet donor) throws CloneException {
        if (run.record().fact(Fact.METHOD).filter(Method.GTID.name()::equals).isEmpty()) {
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

    private void checkRetention(SourceFacts source) {
        if (source.expireSeconds() > 0 && source.expireSeconds() < SHORT_RETENTION.toSeconds()) {
            run.warn(
                    "the source purges its binary logs after " + source.expireSeconds() + " s",
                    "Clone, first start and CONFIGURE must end before that: raise binlog_expire_logs_seconds during"
                            + " the run.");
        }
    }

    /** Keeps an id of the option files that nobody else has; chooses a random one otherwise. */
    private void chooseServerId(SourceFacts source, Optional<Identity> donor) throws CloneException {
        if (run.record().has(Fact.SERVER_ID)) {
            return;
        }
        Set<Long> taken = new TreeSet<>(source.serverIds());
        donor.ifPresent(identity -> taken.add(identity.serverId()));
        long configured = run.effective()
                .value("server_id")
                .map(text -> Rows.number(text).orElse(0))
                .orElse(0L);
        boolean free = configured > 1 && !taken.contains(configured);
        long id = configured;
        while (!free) {
            id = ThreadLocalRandom.current().nextLong(FIRST_RANDOM_ID, LAST_ID);
            free = !taken.contains(id);
        }
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("server_id of the option files", Long.toString(configured));
        inputs.put("taken", taken.toString());
        run.decided("server_id", Long.toString(id), inputs);
        run.record().set(Fact.SERVER_ID, Long.toString(id));
    }
}

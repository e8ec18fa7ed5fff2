package org.jclone.provision.step;

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
import org.jclone.provision.api.ReplicationSettings.Method;
import org.jclone.provision.mysqld.EffectiveOptions;
import org.jclone.provision.mysqld.Fence;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.DonorCheck;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneException;
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

    private final Run run;
    private final List<String> problems = new ArrayList<>();
    private Optional<CloneException> first = Optional.empty();

    public Prepare(Run run) {
        this.run = run;
    }

    public void run() throws CloneException {
        new ConfigFile(run.request().configFile()).createIfMissing();
        gather(this::checkTarget);
        gather(this::checkOldServer);
        checkDonor();
        Optional<Identity> donor = askDonor();
        gather(() -> checkSource(donor));
        if (!problems.isEmpty()) {
            run.listener().onProvision(new ProvisionEvent.Findings(problems));
            if (problems.size() == 1 && first.isPresent()) {
                throw first.get();
            }
            throw Failure.Provisioning.PREPARE.exception(
                    problems.size() + " findings speak against it; the first: " + problems.get(0));
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
        problems.add(e.getMessage());
        first = first.or(() -> Optional.of(e));
    }

    private void checkTarget() throws CloneException {
        EffectiveOptions effective = run.effective();
        if (!effective.version().isAtLeast(Fence.FIRST_VERSION)) {
            throw Failure.Provisioning.FENCE.exception("the target is MySQL " + effective.version()
                    + ": before 8.0.29 no fence is known that keeps it from writing to data that is not configured");
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
            if (run.request().service().stopCommand().isPresent() && isOldServer(finding)) {
                continue;
            }
            problems.add(
                    finding.item() + ": " + finding.text() + (finding.why().isEmpty() ? "" : ". " + finding.why()));
        }
        report.in(Finding.State.WARNING).forEach(finding -> run.warn(finding.text(), finding.why()));
    }

    /** The directory is in use by the server that will be stopped. */
    private boolean isOldServer(Finding finding) {
        return finding.item() == org.jclone.recipient.api.CheckItem.DIRECTORY
                && finding.text().contains("is in use: a mysqld");
    }

    private record Identity(String serverUuid, long serverId, String gtidMode) {}

    private Optional<Identity> askDonor() {
        try (ServerSession sql = run.asCloneUser(run.donor()).connect()) {
            Rows rows = sql.query("SELECT @@GLOBAL.server_uuid, @@GLOBAL.server_id, @@GLOBAL.gtid_mode");
            return Optional.of(
                    new Identity(rows.text(0, 0), Rows.number(rows.text(0, 1)).orElse(0), rows.text(0, 2)));
        } catch (ServerException e) {
            return Optional.empty(); // the check of the donor reports why
        }
    }

    private void checkSource(Optional<Identity> donor) throws CloneException {
        run.record().set(Fact.DONOR, run.donor().toString());
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
        if (method == Method.POSITION && !same) {
            throw Failure.Provisioning.SOURCE.exception("the source " + run.sourceAddress()
                    + " is not the donor, and the clone knows its position in the donor's binary log only");
        }
        return method;
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
                    "Clone, first start and CONFIGURE must end before that: raise binlog_expire_logs_seconds for the"
                            + " time of the run.");
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

package org.jclone.provision.step;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.provision.mysqld.Interruptions;
import org.jclone.provision.plan.CopyRate;
import org.jclone.provision.plan.Decision;
import org.jclone.provision.plan.Estimate;
import org.jclone.provision.plan.Guard;
import org.jclone.provision.plan.RecoveryMethod;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.provision.plan.WriteRate;
import org.jclone.provision.record.CloneHistory;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** Estimates how long the run will take and what the source writes in this time, and asks the guards. */
final class PrepareEstimate {

    private final Run run;
    private final Clock clock;
    private final CloneHistory history;
    private final RateMeter meter;
    private final List<Guard> guards = new ArrayList<>();
    private Optional<WriteRate> rate = Optional.empty();
    private Optional<Estimate> estimate = Optional.empty();

    PrepareEstimate(Run run) {
        this.run = run;
        this.clock = run.clock();
        this.meter = new RateMeter(run.nanoTime());
        this.history = new CloneHistory(run.directory());
    }

    Optional<WriteRate> writeRate() {
        return rate;
    }

    Optional<Estimate> made() {
        return estimate;
    }

    List<Guard> guards() {
        return List.copyOf(guards);
    }

    /** Looks at the source for the first time. */
    void begin() throws CloneException {
        try (ServerSession sql = run.reference().connect()) {
            meter.begin(sql);
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.SOURCE, e);
        }
    }

    /** Looks at the source for the second time, as late as possible, and asks the guards that the decision needs. */
    void check(Optional<SourceFacts> source, Optional<Decision> decision, Findings findings) {
        if (!meter.hasBegun() || decision.isEmpty() || run.hasNewChannel() && source.isEmpty()) {
            return; // there are findings that say why
        }
        findings.gather(this::measure);
        if (rate.isEmpty()) {
            return;
        }
        Estimate made = estimate();
        estimate = Optional.of(made);
        run.report().decided("estimate", made.toString(), inputs(rate.get()));
        RecoverySettings wanted = run.request().recovery();
        if (wanted.method() == RecoveryMethod.AUTO && run.hasNewChannel()) {
            ask(Guard.threshold(wanted.threshold(), rate.get(), made), findings);
        }
        if (decision.get().way() == Decision.Way.CLONE) {
            if (source.isPresent()) {
                ask(Guard.retention(source.get().retention(), made), findings);
            }
            ask(Guard.clonesPerDay(wanted.maxClonesPerDay(), history.begun(), clock.instant()), findings);
        }
    }

    private void measure() throws CloneException {
        try (ServerSession sql = run.reference().connect()) {
            Thread.sleep(meter.rest().toMillis());
            rate = Optional.of(meter.end(sql));
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.SOURCE, e);
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        }
    }

    private Estimate estimate() {
        Optional<CloneHistory.Entry> last = history.lastComplete();
        OptionalLong measured = last.isPresent() ? OptionalLong.of(last.get().rate()) : OptionalLong.empty();
        Duration firstStart = last.map(CloneHistory.Entry::firstStart).orElse(Duration.ZERO);
        boolean startMeasured = !firstStart.isZero();
        return new Estimate(
                dataBytes(),
                CopyRate.of(
                        run.request().recovery().expectedRate(),
                        measured,
                        run.request().copy().transfer().bandwidthLimits().dataMiBPerSecond()),
                startMeasured ? firstStart : Estimate.ASSUMED_FIRST_START,
                startMeasured);
    }

    /** Asks for what a clone copies: what the files occupy. Redo log and temporary tables count little. */
    private OptionalLong dataBytes() {
        try (ServerSession sql = run.asCloneUser(run.donor()).connect()) {
            OptionalLong tables = sql.query("SELECT CAST(COALESCE(SUM(allocated_size), 0) AS UNSIGNED)"
                            + " FROM information_schema.innodb_tablespaces WHERE name <> 'innodb_temporary'")
                    .singleNumber();
            OptionalLong system = sql.query("SELECT CAST(COALESCE(SUM(total_extents * extent_size), 0) AS UNSIGNED)"
                            + " FROM information_schema.files WHERE tablespace_name = 'innodb_system'")
                    .singleNumber();
            return tables.isPresent() ? OptionalLong.of(tables.getAsLong() + system.orElse(0)) : tables;
        } catch (RefusedException e) {
            Optional<CloneHistory.Entry> last = history.lastComplete();
            if (last.isPresent()) {
                run.report().note("the size of the donor's data cannot be seen; the last clone's is taken");
                return OptionalLong.of(last.get().bytes());
            }
            run.report()
                    .warn(
                            "the size of the donor's data cannot be seen, so the time of a clone is unknown",
                            e.isAccessDenied() ? "GRANT PROCESS ON *.* to the account of --user on the donor." : "");
            return OptionalLong.empty();
        } catch (ServerException e) {
            return OptionalLong.empty(); // the check of the donor reports why
        }
    }

    private static Map<String, String> inputs(WriteRate rate) {
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("the source writes", rate.toString());
        if (rate.logBytes().isEmpty()) {
            inputs.put("for its binary logs", "GRANT REPLICATION CLIENT to the replication account");
        }
        return inputs;
    }

    private void ask(Guard guard, Findings findings) {
        guards.add(guard);
        switch (guard.outcome()) {
            case REFUSED ->
                findings.gather(() -> {
                    throw failure(guard.kind()).exception(guard.text());
                });
            case UNKNOWN -> run.report().warn(guard.text(), guard.remedy());
            case OK, NOT_NEEDED -> {}
        }
    }

    private static Failure failure(Guard.Kind kind) {
        return switch (kind) {
            case THRESHOLD -> Failure.Provisioning.THRESHOLD;
            case RETENTION -> Failure.Provisioning.RETENTION;
            case CLONES_PER_DAY -> Failure.Provisioning.CLONES_PER_DAY;
        };
    }
}

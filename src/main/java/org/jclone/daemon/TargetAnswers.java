package org.jclone.daemon;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.TargetStatus;
import org.jclone.provision.Provisioning;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/**
 * Answers questions about targets: what they hold, what a run would do, and how their donors are rated.
 *
 * <p>Each method takes the lock of the daemon, the {@link RunQueue}, to read the configuration and the runs, and
 * releases it before it reads a directory or asks a server. No directory can hold a caller: see {@link DirectoryReader}.
 */
final class TargetAnswers {

    private final RunQueue queue;
    private final CurrentConfiguration configuration;
    private final PastRuns past;
    private final Keeper keeper;
    private final DirectoryReader directories;

    TargetAnswers(
            RunQueue queue,
            CurrentConfiguration configuration,
            PastRuns past,
            Keeper keeper,
            DirectoryReader directories) {
        this.queue = queue;
        this.configuration = configuration;
        this.past = past;
        this.keeper = keeper;
        this.directories = directories;
    }

    List<TargetStatus> targets() {
        List<Target> all;
        Map<String, String> active = new HashMap<>();
        synchronized (queue) {
            all = configuration.targets();
            all.forEach(target -> queue.ofTarget(target.name()).ifPresent(run -> active.put(target.name(), run.id())));
        }
        past.awaitSaved();
        directories.retain(all.stream().map(Target::directory).toList());
        long deadline = directories.deadline();
        return all.stream()
                .map(target -> status(target, Optional.ofNullable(active.get(target.name())), deadline))
                .toList();
    }

    TargetStatus target(String name) throws DaemonException {
        Target target;
        Optional<String> active;
        synchronized (queue) {
            target = configuration.require(name);
            active = queue.ofTarget(name).map(LiveRun::id);
        }
        past.awaitSaved();
        return status(target, active, directories.deadline());
    }

    /**
     * @param active the run of the target before the directory is read, and before what ended was saved: a run that ends
     *     since then still counts as active, but one that is not active has left its result in both places
     */
    private TargetStatus status(Target target, Optional<String> active, long deadline) {
        DirectoryReader.Answer answer = directories.read(target, deadline);
        DirectoryReader.Facts facts = answer.facts();
        return new TargetStatus(
                target.name(),
                target.directory(),
                target.donors(),
                target.source(),
                target.service(),
                target.upkeep().isEnsured(),
                facts.state(),
                facts.record().map(ProvisionRecord::describe),
                facts.freeBytes(),
                answer.unansweredSince(),
                active,
                past.last(target.name()),
                keeper.next(target));
    }

    /** Returns what a run would do; refuses it while a run works on the target. */
    ProvisionPlan plan(String name) throws CloneException {
        Target target;
        synchronized (queue) {
            queue.awaitLeaving(name);
            target = configuration.require(name); // after the wait, in which a reload may have come
            Optional<LiveRun> active = queue.ofTarget(name);
            if (active.isPresent()) {
                throw Refusal.conflict(
                        Failure.Daemon.ACTIVE,
                        "the target " + name + " has a run: " + active.get().id(),
                        active.get().id());
            }
        }
        Optional<Instant> silent =
                directories.read(target, directories.deadline()).unansweredSince();
        if (silent.isPresent()) { // a plan would wait for it, and few are made at a time
            throw Refusal.unanswered(target, silent.get());
        }
        return plan(target);
    }

    /** Returns what a run would do. */
    static ProvisionPlan plan(Target target) throws CloneException {
        return new Provisioning(target.requests().request(event -> {}), ProvisionListener.NONE).plan();
    }

    DonorTable donors(String target) throws CloneException {
        return require(target).requests().donors();
    }

    private Target require(String name) throws DaemonException {
        synchronized (queue) {
            return configuration.require(name);
        }
    }
}

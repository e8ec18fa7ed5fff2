package org.jclone.daemon;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What differs between two configurations, in words. */
final class Changes {

    private Changes() {}

    /**
     * @param runOf finds the run that works on a target now
     * @param changes receives what takes effect at once
     * @param postponed receives what takes effect later
     */
    static void between(
            DaemonConfiguration before,
            DaemonConfiguration after,
            Function<String, Optional<String>> runOf,
            List<String> changes,
            List<String> postponed) {
        for (Target target : after.targets()) {
            Optional<Target> old = before.target(target.name());
            String what = "target " + target.name();
            if (old.isEmpty()) {
                changes.add(what + " is new");
            } else if (!old.get().definition().equals(target.definition())) {
                Optional<String> run = runOf.apply(target.name());
                if (run.isPresent()) {
                    postponed.add(what + " has changed; run " + run.get() + " ends with the old options");
                } else {
                    changes.add(what + " has changed");
                }
            }
        }
        for (Target old : before.targets()) {
            if (after.target(old.name()).isEmpty()) {
                changes.add("target " + old.name() + " is gone"
                        + runOf.apply(old.name())
                                .map(run -> "; its run " + run + " continues to its end")
                                .orElse(""));
            }
        }
        if (!before.schedule().equals(after.schedule())) {
            changes.add("the schedule has changed");
        }
        if (before.settings().maxParallelRuns() != after.settings().maxParallelRuns()) {
            changes.add("max-parallel-runs is " + after.settings().maxParallelRuns());
        }
        if (!before.settings().retention().equals(after.settings().retention())) {
            changes.add(
                    "the history is kept for " + after.settings().retention().toDays() + " days");
        }
        if (!before.settings().stateDirectory().equals(after.settings().stateDirectory())) {
            postponed.add("the state directory stays " + before.settings().stateDirectory()
                    + " until the daemon is restarted");
        }
        Set<String> fixed = new TreeSet<>(before.settings().fixed().keySet());
        fixed.addAll(after.settings().fixed().keySet());
        for (String name : fixed) {
            if (!Objects.equals(
                    before.settings().fixed().get(name),
                    after.settings().fixed().get(name))) {
                postponed.add(name + " stays as it was until the daemon is restarted");
            }
        }
    }
}

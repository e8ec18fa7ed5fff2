package org.jclone.daemon;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.throttle.ThrottleSchedule;

/** What the daemon was configured with; read as a whole, and replaced as a whole. */
public record DaemonConfiguration(Path file, DaemonSettings settings, List<Target> targets, ThrottleSchedule schedule) {

    public DaemonConfiguration {
        targets = List.copyOf(targets);
    }

    public Optional<Target> target(String name) {
        return targets.stream().filter(each -> each.name().equals(name)).findFirst();
    }
}

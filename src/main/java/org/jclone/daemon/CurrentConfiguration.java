package org.jclone.daemon;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.throttle.ThrottleSchedule;
import org.jclone.recipient.explain.Failure;

/**
 * The configuration in effect, and since when. It is replaced as a whole.
 *
 * <p>The caller of each method holds the lock of the daemon, the {@link RunQueue}, except while the daemon is started
 * and no other thread knows it.
 */
final class CurrentConfiguration {

    private DaemonConfiguration now;
    private Instant since;

    CurrentConfiguration(DaemonConfiguration first, Instant since) {
        this.now = first;
        this.since = since;
    }

    /** Puts another configuration into effect. */
    void replace(DaemonConfiguration next, Instant at) {
        now = next;
        since = at;
    }

    DaemonConfiguration now() {
        return now;
    }

    Instant since() {
        return since;
    }

    Path file() {
        return now.file();
    }

    DaemonSettings settings() {
        return now.settings();
    }

    ThrottleSchedule schedule() {
        return now.schedule();
    }

    List<Target> targets() {
        return now.targets();
    }

    Optional<Target> target(String name) {
        return now.target(name);
    }

    /** @throws DaemonException if there is no such target */
    Target require(String name) throws DaemonException {
        return now.target(name)
                .orElseThrow(() -> Refusal.of(
                        DaemonException.Kind.NOT_FOUND,
                        Failure.Daemon.TARGET,
                        "there is no target " + name + " in " + now.file()));
    }
}

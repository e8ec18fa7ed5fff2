package org.jclone.daemon.page;

import java.util.List;
import org.jclone.daemon.api.DaemonStatus;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.TargetStatus;
import org.jclone.daemon.api.ThrottleStatus;

/**
 * What the overview shows.
 *
 * @param active the runs that run, then those that wait
 * @param latest the latest runs that are over
 */
record Overview(
        DaemonStatus daemon,
        List<Active> active,
        List<TargetStatus> targets,
        ThrottleStatus throttle,
        List<RunStatus> latest) {

    /**
     * A run that is not over.
     *
     * @param decisions the latest decisions, the latest first
     */
    record Active(RunDetail run, List<RunEvent> decisions) {

        Active {
            decisions = List.copyOf(decisions);
        }
    }

    Overview {
        active = List.copyOf(active);
        targets = List.copyOf(targets);
        latest = List.copyOf(latest);
    }
}

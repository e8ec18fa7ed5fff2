package org.jclone.daemon.page;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;

/**
 * Asks the daemon for what the overview shows: at most about once a second, whatever the number of browsers, because
 * the answer reads directories and the history.
 */
final class OverviewReader {

    private static final Duration FRESH = Duration.ofMillis(900);
    private static final int LATEST = 10;
    private static final int DECISIONS = 3;
    private static final int EVENTS = 1000;

    private final DaemonService service;
    private final InstantSource clock;

    /** The decisions of each active run. */
    private final Map<String, Decisions> decisions = new HashMap<>();

    private Overview last;
    private Instant readAt = Instant.MIN;

    /** The latest decisions of a run. */
    private static final class Decisions {
        private long lastEvent;
        private final Deque<RunEvent> latest = new ArrayDeque<>();
    }

    OverviewReader(DaemonService service, InstantSource clock) {
        this.service = service;
        this.clock = clock;
    }

    synchronized Overview read() throws DaemonException {
        Instant now = clock.instant();
        if (last == null || now.isBefore(readAt) || now.isAfter(readAt.plus(FRESH))) {
            last = ask();
            readAt = now;
        }
        return last;
    }

    private Overview ask() throws DaemonException {
        List<Overview.Active> active = new ArrayList<>();
        for (RunStatus run : service.active()) {
            active.add(new Overview.Active(service.run(run.id()), decisions(run.id())));
        }
        Set<String> ids = active.stream().map(each -> each.run().status().id()).collect(Collectors.toSet());
        decisions.keySet().retainAll(ids);
        RunQuery ended = new RunQuery(
                Optional.empty(),
                EnumSet.of(State.SUCCEEDED, State.FAILED, State.SUSPENDED, State.CANCELLED),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                LATEST);
        List<RunStatus> latest = service.runs(ended).runs();
        Set<String> over = latest.stream()
                .filter(run -> run.state().isOver())
                .map(RunStatus::id)
                .collect(Collectors.toSet());
        active.removeIf(each -> over.contains(each.run().status().id())); // it has ended a moment ago
        return new Overview(service.status(), active, service.targets(), service.throttle(), latest);
    }

    private List<RunEvent> decisions(String run) throws DaemonException {
        Decisions known = decisions.computeIfAbsent(run, id -> new Decisions());
        List<RunEvent> events;
        do {
            events = service.events(run, known.lastEvent, EVENTS);
            for (RunEvent event : events) {
                known.lastEvent = event.id();
                if (event.kind() == RunEvent.Kind.DECIDED) {
                    known.latest.addFirst(event);
                }
            }
            while (known.latest.size() > DECISIONS) {
                known.latest.removeLast();
            }
        } while (events.size() == EVENTS);
        return List.copyOf(known.latest);
    }
}

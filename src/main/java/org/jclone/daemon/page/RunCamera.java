package org.jclone.daemon.page;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;

/** Takes pictures of one run. Each has the events since the one before. */
final class RunCamera {

    /** More rows would slow a browser down. */
    static final int MOST_ROWS = 2000;

    private static final int BATCH = 1000;

    private final DaemonService service;
    private final InstantSource clock;
    private final String run;
    private final long after;
    private final Deque<RunEvent> decisions = new ArrayDeque<>();
    private final Deque<RunEvent> news = new ArrayDeque<>();
    private long last;
    private long omitted;

    /** @param after the last event that the reader has seen */
    RunCamera(DaemonService service, InstantSource clock, String run, long after) {
        this.service = service;
        this.clock = clock;
        this.run = run;
        this.after = after;
    }

    Picture take(boolean operates) throws DaemonException {
        RunDetail detail = service.run(run);
        List<RunEvent> latest = read();
        return RunPage.picture(detail, List.copyOf(decisions), latest, clock.instant(), operates);
    }

    /** Returns the events since the last call, in their order; only the latest if there are many. */
    List<RunEvent> read() throws DaemonException {
        news.clear();
        List<RunEvent> batch;
        do {
            batch = service.events(run, last, BATCH);
            for (RunEvent event : batch) {
                last = event.id();
                if (event.kind() == RunEvent.Kind.DECIDED) {
                    decisions.add(event);
                }
                if (event.id() > after) {
                    news.addLast(event);
                }
            }
            while (decisions.size() > MOST_ROWS) {
                decisions.removeFirst();
            }
            while (news.size() > MOST_ROWS) {
                news.removeFirst();
                omitted++;
            }
        } while (batch.size() == BATCH);
        return List.copyOf(news);
    }

    /** Returns the number of events that were left out. */
    long omitted() {
        return omitted;
    }

    /** Returns the last event that was read, 0 if there was none. */
    long lastEvent() {
        return last;
    }
}

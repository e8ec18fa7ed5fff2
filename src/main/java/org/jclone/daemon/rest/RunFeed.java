package org.jclone.daemon.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunProgress;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunSubscriber;
import org.jclone.daemon.api.Subscription;
import org.jclone.daemon.http.EventFeed;
import org.jclone.daemon.http.ProblemException;
import org.jclone.daemon.http.ServerEvent;

/**
 * The events of one run, as {@code RUN EVENT}s with an id, its latest progress, and at the end its status as {@code
 * end}. The subscription only reports that there is something new. The events are then read from the daemon, so a slow
 * reader misses none.
 */
final class RunFeed implements EventFeed {

    private static final int BATCH = 100;

    private final DaemonService service;
    private final String run;
    private final AtomicReference<RunProgress> progress = new AtomicReference<>();
    private long last;
    private Runnable wakeUp = () -> {};
    private Optional<Subscription> subscription = Optional.empty();
    private volatile Optional<RunSubscriber.Reason> ended = Optional.empty();

    /** @param after only events with a greater id */
    RunFeed(DaemonService service, String run, long after) {
        this.service = service;
        this.run = run;
        this.last = after;
    }

    @Override
    public void open(Runnable wake) throws ProblemException {
        wakeUp = wake;
        subscribe();
    }

    private void subscribe() throws ProblemException {
        try {
            ended = Optional.empty();
            subscription = Optional.of(service.subscribe(Optional.of(run), Optional.empty(), new RunSubscriber() {
                @Override
                public void onEvent(RunEvent event) {
                    wakeUp.run();
                }

                @Override
                public void onProgress(RunProgress latest) {
                    progress.set(latest);
                    wakeUp.run();
                }

                @Override
                public void onClosed(Reason reason) {
                    ended = Optional.of(reason);
                    wakeUp.run();
                }
            }));
        } catch (DaemonException e) {
            throw Refusals.of(e);
        }
    }

    @Override
    public Batch poll() throws ProblemException {
        if (ended.filter(RunSubscriber.Reason.TOO_SLOW::equals).isPresent()) {
            subscribe();
        }
        boolean stops = ended.isPresent();
        try {
            RunStatus status = service.run(run).status();
            List<ServerEvent> events = new ArrayList<>();
            for (RunEvent event : service.events(run, last, BATCH)) {
                last = event.id();
                events.add(new ServerEvent(
                        OptionalLong.of(event.id()), "event", RunJson.of(event).toString()));
            }
            if (events.size() == BATCH) {
                return new Batch(events, true, false);
            }
            Optional.ofNullable(progress.getAndSet(null))
                    .ifPresent(latest -> events.add(new ServerEvent(
                            OptionalLong.empty(), "progress", RunJson.of(latest).toString())));
            if (status.state().isOver()) {
                events.add(new ServerEvent(
                        OptionalLong.empty(), "end", RunJson.of(status).toString()));
            }
            return new Batch(events, false, status.state().isOver() || stops);
        } catch (DaemonException e) {
            throw Refusals.of(e);
        }
    }

    @Override
    public void close() {
        subscription.ifPresent(Subscription::close);
    }
}

package org.jclone.cli;

import java.util.Optional;
import org.jclone.cli.option.ProgressStyle;
import org.jclone.cli.output.BarReporter;
import org.jclone.cli.output.LineReporter;
import org.jclone.cli.output.RunText;
import org.jclone.cli.output.Screen;
import org.jclone.cli.output.WarningReporter;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.client.DaemonClient;
import org.jclone.daemon.client.JsonTree;
import org.jclone.daemon.client.RefusedException;
import org.jclone.daemon.client.RunReader;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;

/** Follows a run to its end. If the daemon is restarted, waits for it, and continues after the last event that it saw. */
final class RunWatch {

    private static final int MIN_BAR_WIDTH = 40;

    /** A restart, with the time that systemd waits before it. */
    private static final int RECONNECT_SECONDS = 60;

    private final ProgramContext context;
    private final Screen screen;
    private final boolean json;
    private final CloneListener bars;
    private final boolean showsEvents;
    private Optional<String> last = Optional.empty();
    private Optional<Integer> exitStatus = Optional.empty();

    RunWatch(ProgramContext context, Screen screen, boolean json, ProgressStyle style) {
        this.context = context;
        this.screen = screen;
        this.json = json;
        int width = context.terminalWidth().orElse(0);
        ProgressStyle resolved = style != ProgressStyle.AUTO
                ? style
                : json ? ProgressStyle.NONE : width >= MIN_BAR_WIDTH ? ProgressStyle.BAR : ProgressStyle.LINES;
        showsEvents = resolved != ProgressStyle.NONE;
        bars = switch (resolved) {
            case BAR -> new BarReporter(screen, width == 0 ? BarReporter.DEFAULT_WIDTH : width);
            case LINES -> new LineReporter(screen, System::nanoTime);
            case NONE, AUTO -> new WarningReporter(screen);
        };
    }

    /** @return the exit status of the run */
    int run(DaemonClient client, String run) throws CloneException {
        int failures = 0;
        while (exitStatus.isEmpty()) {
            try {
                client.stream("/v1/runs/" + run + "/events", last, this::onEvent);
                failures = 0;
            } catch (RefusedException e) {
                throw e;
            } catch (CloneException e) {
                screen.setStatus("");
                if (last.isEmpty() || ++failures > RECONNECT_SECONDS) {
                    throw e;
                }
                if (failures == 1) {
                    screen.println("the daemon is gone; waiting for it");
                }
            }
            if (exitStatus.isEmpty()) {
                pause();
            }
        }
        return exitStatus.get();
    }

    private static void pause() {
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void onEvent(Optional<String> id, String name, JsonTree data) {
        if (json) {
            context.out().print(data + "\n");
            context.out().flush();
        }
        switch (name) {
            case "event" -> {
                last = id;
                RunEvent event = RunReader.event(data);
                if (event.kind() == RunEvent.Kind.STAGE_DONE) {
                    screen.setStatus("");
                }
                if (showsEvents) {
                    screen.printLines(RunText.of(event));
                }
            }
            case "progress" -> RunReader.progress(data).copy().ifPresent(bars::onProgress);
            case "end" -> {
                screen.setStatus("");
                exitStatus = data.number("exitStatus").map(Long::intValue).or(() -> Optional.of(0));
                if (!json) {
                    context.out().print(RunText.of(RunReader.run(data)));
                    context.out().flush();
                }
            }
            default -> {} // of a newer daemon
        }
    }
}

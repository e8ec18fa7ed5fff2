package org.jclone.cli.output;

import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunStatus;
import org.jclone.protocol.text.Printable;

/** A run of the daemon as text: its events, and its end. */
public final class RunText {

    private RunText() {}

    /** Returns a line for an event, and one for what to do. */
    public static String of(RunEvent event) {
        StringBuilder text = new StringBuilder(Printable.of(event.text()));
        String hint = event.details().getOrDefault("hint", "");
        if (event.kind() == RunEvent.Kind.WARNING && !hint.isEmpty()) {
            text.append("\n  ").append(Printable.of(hint));
        }
        return text.toString();
    }

    /** Returns how a run has ended. */
    public static String of(RunStatus run) {
        StringBuilder text = new StringBuilder("run ")
                .append(run.id())
                .append(" of ")
                .append(Printable.of(run.target()))
                .append(": ")
                .append(run.state())
                .append('\n');
        if (run.failure().isPresent()) {
            RunFailure failure = run.failure().get();
            text.append("  ").append(Printable.of(failure.text())).append('\n');
            for (String more : new String[] {failure.hint(), failure.holds()}) {
                if (!more.isEmpty()) {
                    text.append("  ").append(Printable.of(more)).append('\n');
                }
            }
        }
        return text.toString();
    }
}

package org.jclone.daemon;

import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jclone.daemon.api.DaemonStatus;
import org.jclone.daemon.api.RunProgress;
import org.jclone.daemon.api.RunStatus;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.StageProgress;

/** The state of the daemon on one line, for {@code systemctl status}. */
final class StatusLine {

    private static final int PERCENT = 100;
    private static final int MIB = 1 << 20;
    private static final int MOST_RUNS = 3;

    private StatusLine() {}

    static String of(DaemonStatus daemon, List<RunStatus> active) {
        StringJoiner line = new StringJoiner("; ");
        List<RunStatus> running =
                active.stream().filter(run -> run.progress().isPresent()).toList();
        running.stream().limit(MOST_RUNS).forEach(run -> line.add(of(run)));
        if (running.isEmpty()) {
            line.add("no run");
        } else if (running.size() > MOST_RUNS) {
            line.add((running.size() - MOST_RUNS) + " more runs");
        }
        if (daemon.queued() > 0) {
            line.add(daemon.queued() + " queued");
        }
        daemon.warnings().stream().findFirst().ifPresent(line::add);
        return line.toString();
    }

    private static String of(RunStatus run) {
        RunProgress progress = run.progress().orElseThrow();
        StringBuilder text = new StringBuilder(run.target())
                .append(": ")
                .append(progress.step().displayName());
        Optional<CloneProgress> copy = progress.copy();
        Optional<CloneStage> stage = copy.flatMap(CloneProgress::current);
        if (stage.isPresent()) {
            StageProgress now = copy.get().stage(stage.get());
            text.append(", ").append(stage.get().displayName());
            if (now.estimatedBytes() > 0) {
                text.append(' ')
                        .append(Math.min(PERCENT, now.dataBytes() * PERCENT / now.estimatedBytes()))
                        .append(" %");
            }
            text.append(", ").append(copy.get().dataBytesPerSecond() / MIB).append(" MiB/s");
            copy.get()
                    .timeLeft()
                    .ifPresent(
                            left -> text.append(", ").append(left.toSeconds()).append(" s left"));
        }
        progress.missingTransactions()
                .ifPresent(missing -> text.append(", ").append(missing).append(" transactions behind"));
        return text.toString();
    }
}

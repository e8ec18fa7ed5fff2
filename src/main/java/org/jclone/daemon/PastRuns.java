package org.jclone.daemon;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.history.History;
import org.jclone.daemon.history.HistoryException;
import org.jclone.daemon.history.HistoryReader;
import org.jclone.recipient.explain.Failure;

/**
 * What the history knows of runs. If it cannot be read, methods return nothing unless they say that they throw. They
 * need no lock of the daemon: the history has its own.
 */
final class PastRuns {

    /** How long an answer waits for what was saved a moment ago. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final History history;

    PastRuns(History history) {
        this.history = history;
    }

    /** Waits until what was saved before can be read; a second at most. */
    void awaitSaved() {
        history.flush(PATIENCE);
    }

    List<RunStatus> runs(RunQuery query) throws HistoryException {
        return runs(query, query.limit());
    }

    /** @param limit instead of that of the query */
    List<RunStatus> runs(RunQuery query, int limit) throws HistoryException {
        Optional<HistoryReader> reader = history.reader();
        return reader.isPresent() ? reader.get().runs(query, limit) : List.of();
    }

    Optional<RunDetail> find(String id) {
        Optional<HistoryReader> reader = history.reader(); // once: it is gone as soon as the history is lost
        try {
            return reader.isPresent() ? reader.get().run(id) : Optional.empty();
        } catch (HistoryException e) {
            return Optional.empty();
        }
    }

    /** @throws DaemonException if the history cannot be read: whether there is such a run is not known then */
    Optional<RunDetail> require(String id) throws DaemonException {
        return ask("whether there is a run " + id + " is not known: ", reader -> reader.run(id));
    }

    /** @throws DaemonException if the history cannot be read: whether the key is new is not known then */
    Optional<RunStatus> byKey(String key) throws DaemonException {
        return ask("whether the key of this order is new is not known: ", reader -> reader.byKey(key));
    }

    /** A question to the history. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(HistoryReader reader) throws HistoryException;
    }

    private <T> T ask(String unknown, Question<T> question) throws DaemonException {
        Optional<HistoryReader> reader = history.reader();
        String reason;
        try {
            if (reader.isPresent()) {
                return question.ask(reader.get());
            }
            reason = history.problem().orElse("the history is not open");
        } catch (HistoryException e) {
            reason = String.valueOf(e.getMessage());
        }
        throw Refusal.of(DaemonException.Kind.UNAVAILABLE, Failure.Daemon.HISTORY, unknown + reason);
    }

    /** Returns the latest run of a target that has ended. */
    Optional<RunStatus> last(String target) {
        try {
            RunQuery query = new RunQuery(
                    Optional.of(target),
                    EnumSet.of(State.SUCCEEDED, State.FAILED, State.SUSPENDED, State.CANCELLED),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    1);
            return runs(query).stream().findFirst();
        } catch (HistoryException e) {
            return Optional.empty();
        }
    }
}

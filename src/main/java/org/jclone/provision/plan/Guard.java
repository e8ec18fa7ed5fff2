package org.jclone.provision.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One guard against a run that cannot end well, with its figures.
 *
 * @param text one sentence with the figures
 */
public record Guard(Kind kind, Outcome outcome, String text) {

    /** What is guarded. */
    public enum Kind {
        /**
         * The source writes more than the threshold while it is cloned, so the next run would clone again, for ever.
         */
        THRESHOLD,
        /** The source purges its binary logs before the new server has read them. */
        RETENTION,
        /** The target was cloned too often. */
        CLONES_PER_DAY
    }

    /** The result of a guard. */
    public enum Outcome {
        /** The run can end well. */
        OK,
        /** The run is refused. */
        REFUSED,
        /** A figure is missing. */
        UNKNOWN,
        /** There is nothing to guard. */
        NOT_NEEDED
    }

    private static final Duration DAY = Duration.ofDays(1);

    /**
     * Guards against the loop of Group Replication: a threshold below what is written during a clone makes each clone
     * the reason for another one.
     *
     * @param threshold {@link Long#MAX_VALUE} for none
     */
    public static Guard threshold(long threshold, WriteRate rate, Estimate estimate) {
        if (threshold == Long.MAX_VALUE) {
            return new Guard(Kind.THRESHOLD, Outcome.NOT_NEEDED, "there is no threshold");
        }
        if (estimate.untilReplicating().isEmpty() || rate.transactions().isEmpty()) {
            return new Guard(
                    Kind.THRESHOLD,
                    Outcome.UNKNOWN,
                    rate.transactions().isEmpty()
                            ? "the source's transactions cannot be counted without GTIDs"
                            : "the size of the donor's data cannot be seen, so the time of a clone is unknown");
        }
        Duration time = estimate.total().orElseThrow();
        long written = rate.transactionsIn(time).orElseThrow();
        String figures = "the source commits about " + written + " transactions during a clone of " + Figures.time(time)
                + " (" + rate + "), and the threshold is " + threshold;
        return threshold <= written
                ? new Guard(
                        Kind.THRESHOLD, Outcome.REFUSED, figures + ": after each clone the next run would clone again")
                : new Guard(Kind.THRESHOLD, Outcome.OK, figures);
    }

    /** Guards against a source that purges its binary logs before the new server has read them. */
    public static Guard retention(Retention retention, Estimate estimate) {
        if (retention.isUnlimited()) {
            return new Guard(Kind.RETENTION, Outcome.OK, "the source keeps its binary logs: " + retention);
        }
        String keeps =
                "the source keeps its binary logs for " + Figures.time(retention.time()) + " (" + retention + ")";
        if (estimate.total().isEmpty()) {
            return new Guard(
                    Kind.RETENTION,
                    Outcome.UNKNOWN,
                    keeps + ", and the size of the donor's data cannot be seen, so the time of a clone is unknown");
        }
        String figures = keeps + ", and clone, first start and catch-up take about "
                + Figures.time(estimate.total().get());
        return retention.time().compareTo(estimate.total().get()) <= 0
                ? new Guard(Kind.RETENTION, Outcome.REFUSED, figures)
                : new Guard(Kind.RETENTION, Outcome.OK, figures);
    }

    /**
     * Guards against a loop outside of jclone, such as an orchestrator that repeats a command that cannot succeed.
     *
     * @param limit 0 for none
     * @param begun when clones of the target were begun
     */
    public static Guard clonesPerDay(int limit, List<Instant> begun, Instant now) {
        List<Instant> today = begun.stream()
                .filter(each -> each.isAfter(now.minus(DAY)))
                .sorted()
                .toList();
        String figures = today.size() + (today.size() == 1 ? " clone" : " clones")
                + " of this target begun in the last 24 hours, "
                + (limit == 0 ? "and there is no limit" : "and the limit is " + limit);
        if (limit == 0 || today.size() < limit) {
            return new Guard(Kind.CLONES_PER_DAY, Outcome.OK, figures);
        }
        Instant next = today.get(today.size() - limit).plus(DAY);
        return new Guard(Kind.CLONES_PER_DAY, Outcome.REFUSED, figures + "; the next is possible at " + next);
    }

    /** {@return the option or variable that changes the result} */
    public String remedy() {
        return switch (kind) {
            case THRESHOLD -> "Give a higher --clone-threshold, or none.";
            case RETENTION -> "Raise binlog_expire_logs_seconds on the source for the time of the run.";
            case CLONES_PER_DAY -> "Find out why the earlier clones did not last; then raise --max-clones-per-day.";
        };
    }
}

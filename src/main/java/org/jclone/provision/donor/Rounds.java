package org.jclone.provision.donor;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;

/**
 * Tries donors, the best first, until an attempt succeeds. Each donor gets one attempt in a round, and a second one to
 * resume after a network failure. Pauses only after a whole round, and asks all candidates again before the next one.
 */
public final class Rounds {

    /** Asks all candidates. */
    @FunctionalInterface
    public interface Search {
        /**
         * Asks all candidates.
         *
         * @return them with their rates
         * @throws CloneException if none can be asked
         */
        DonorTable run() throws CloneException;
    }

    /** Uses the donor. */
    @FunctionalInterface
    public interface Attempt<T> {

        /** @param begun whether an earlier attempt may have left something to resume or to replace */
        T run(RatedDonor donor, boolean begun) throws CloneException;
    }

    /** Waits. */
    @FunctionalInterface
    public interface Pause {

        /** @throws CloneException if the run is to stop */
        void sleep(Duration time) throws CloneException;
    }

    /**
     * @param rounds how often each donor is tried; at least 1
     * @param interval the pause between two rounds
     * @param waitForDonor how long to wait in all for busy donors while no other is free; zero for not at all
     * @param poll the time between two looks at busy donors
     */
    public record Settings(int rounds, Duration interval, Duration waitForDonor, Duration poll) {

        /** The default of {@code rounds}. */
        public static final int DEFAULT_ROUNDS = 10;

        /** The default of {@code interval}. */
        public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(60);

        /** The default of {@code poll}. */
        public static final Duration DEFAULT_POLL = Duration.ofSeconds(10);

        /** The defaults. */
        public static final Settings DEFAULT =
                new Settings(DEFAULT_ROUNDS, DEFAULT_INTERVAL, Duration.ZERO, DEFAULT_POLL);

        public Settings {
            if (rounds < 1
                    || interval.isNegative()
                    || waitForDonor.isNegative()
                    || poll.isNegative()
                    || poll.isZero()) {
                throw new IllegalArgumentException("rounds, interval, wait, poll: " + rounds + ", " + interval + ", "
                        + waitForDonor + ", " + poll);
            }
        }
    }

    private final Search search;
    private final Settings settings;
    private final Optional<DonorAddress> first;
    private final DonorListener listener;
    private final Pause pause;

    private final Map<DonorAddress, CloneException> lastErrors = new LinkedHashMap<>();
    private final Set<DonorAddress> dropped = new HashSet<>();
    private final Set<DonorAddress> tried = new HashSet<>();
    private final Set<DonorAddress> resumed = new HashSet<>();
    private boolean begun;
    private Duration waited = Duration.ZERO;

    /** @param first the donor of an unfinished clone, to try first if it is suitable */
    public Rounds(Search search, Settings settings, Optional<DonorAddress> first, DonorListener listener, Pause pause) {
        this.search = search;
        this.settings = settings;
        this.first = first;
        this.listener = listener;
        this.pause = pause;
    }

    /**
     * Runs all rounds that are necessary. Call it once.
     *
     * @throws DonorsExhaustedException if no donor is left to try
     * @throws CloneException what makes further attempts useless
     */
    public <T> T run(Attempt<T> attempt) throws CloneException {
        for (int round = 1; ; round++) {
            tried.clear();
            resumed.clear();
            DonorTable table = look(round);
            while (true) {
                Optional<RatedDonor> next = next(table);
                if (next.isPresent()) {
                    Optional<T> result = attempt(next.get(), attempt);
                    if (result.isPresent()) {
                        return result.get();
                    }
                } else if (mayWait(table)) {
                    table = waitForFree(table, round);
                } else {
                    break;
                }
            }
            endRound(round, table);
        }
    }

    private DonorTable look(int round) throws CloneException {
        DonorTable table = search.run();
        listener.onEvent(new DonorEvent.Searched(round, table));
        table.donors().stream()
                .filter(donor -> !donor.isSuitable())
                .forEach(donor -> lastErrors.put(donor.address(), unsuitable(donor)));
        return table;
    }

    private static CloneException unsuitable(RatedDonor donor) {
        Obstacle obstacle = donor.obstacles().get(0);
        return new CloneException(obstacle.code(), "not tried, " + obstacle.text(), obstacle.remedy());
    }

    private Optional<RatedDonor> next(DonorTable table) {
        List<RatedDonor> open = table.donors().stream()
                .filter(RatedDonor::isSuitable)
                .filter(donor -> !tried.contains(donor.address()) && !dropped.contains(donor.address()))
                .toList();
        Optional<RatedDonor> preferred = open.stream()
                .filter(donor -> !begun && first.equals(Optional.of(donor.address())))
                .findFirst();
        return preferred.or(() -> open.stream().findFirst());
    }

    private <T> Optional<T> attempt(RatedDonor donor, Attempt<T> attempt) throws CloneException {
        boolean again = false;
        while (true) {
            listener.onEvent(new DonorEvent.Chosen(donor, why(donor, again)));
            try {
                return Optional.of(attempt.run(donor, begun));
            } catch (CloneException e) {
                FailureClass then = FailureClass.of(e);
                if (then == FailureClass.SAME_DONOR && !resumed.add(donor.address())) {
                    then = FailureClass.NEXT_DONOR;
                }
                listener.onEvent(new DonorEvent.Failed(donor.address(), e, then));
                lastErrors.put(donor.address(), e);
                begun = true;
                switch (then) {
                    case SAME_DONOR -> again = true;
                    case NEXT_DONOR -> {
                        tried.add(donor.address());
                        return Optional.empty();
                    }
                    case DROP_DONOR -> {
                        dropped.add(donor.address());
                        return Optional.empty();
                    }
                    case GIVE_UP -> throw e;
                }
            }
        }
    }

    private String why(RatedDonor donor, boolean again) {
        if (again) {
            return "to resume after a failure of the network";
        }
        if (!begun && first.equals(Optional.of(donor.address()))) {
            return "it is the donor of the unfinished clone";
        }
        return "score " + donor.score() + ": " + String.join(", ", donor.reasons());
    }

    /** Whether a donor is only busy, by its own answer or by the failure of an attempt. */
    private boolean isBusy(RatedDonor donor) {
        CloneException last = lastErrors.get(donor.address());
        boolean failedBusy = tried.contains(donor.address()) && last.code() == CloneErrorCode.DONOR_BUSY;
        return !dropped.contains(donor.address()) && (donor.isBusy() || failedBusy);
    }

    private boolean mayWait(DonorTable table) {
        return waited.compareTo(settings.waitForDonor) < 0
                && table.donors().stream().anyMatch(this::isBusy);
    }

    private DonorTable waitForFree(DonorTable table, int round) throws CloneException {
        List<RatedDonor> busy = table.donors().stream().filter(this::isBusy).toList();
        listener.onEvent(new DonorEvent.Waiting(busy, waited, settings.waitForDonor));
        Duration left = settings.waitForDonor.minus(waited);
        Duration time = left.compareTo(settings.poll) < 0 ? left : settings.poll;
        pause.sleep(time);
        waited = waited.plus(time);
        busy.forEach(donor -> tried.remove(donor.address()));
        return look(round);
    }

    /** Pauses, or ends the run if another round cannot help. */
    private void endRound(int round, DonorTable table) throws CloneException {
        boolean hope = table.donors().stream()
                .anyMatch(donor -> !dropped.contains(donor.address()) && donor.mayBecomeSuitable());
        if (lastErrors.isEmpty()) {
            throw new CloneException(CloneErrorCode.USAGE, "no donor is known", "");
        }
        if (!hope) {
            throw new DonorsExhaustedException("no donor can be cloned", lastErrors);
        }
        if (round == settings.rounds) {
            throw new DonorsExhaustedException(
                    "no donor could be cloned in " + round + (round == 1 ? " round" : " rounds"), lastErrors);
        }
        listener.onEvent(new DonorEvent.RoundEnded(round, settings.rounds, settings.interval));
        pause.sleep(settings.interval);
    }
}

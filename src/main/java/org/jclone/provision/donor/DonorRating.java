package org.jclone.provision.donor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jclone.provision.server.GtidSet;
import org.jclone.recipient.api.CloneErrorCode;

/**
 * Decides which candidates are suitable, and which one is the best.
 *
 * <pre>
 * role      40  the preferred role; without a preference all roles
 * lag       20  at most 1 s;    15: 10 s    10: 1 min    5: 10 min    0: more, unknown, or not following its source
 * zone      20  the zone of the target
 * threads   10  at most 4 statements under way;   7: 16     3: 64     0: more, or unknown
 * answers   10  within 2 ms;                      7: 10 ms  3: 50 ms  0: later
 * </pre>
 */
final class DonorRating {

    private static final int ROLE = 40;
    private static final int ZONE = 20;

    private final DonorRules rules;
    private final RandomGenerator random;

    /** The criteria of a score. */
    private static final class Score {

        private int points;
        private final List<String> reasons = new ArrayList<>();

        void add(String reason, int more) {
            points += more;
            reasons.add(reason + " +" + more);
        }
    }

    DonorRating(DonorRules rules, RandomGenerator random) {
        this.rules = rules;
        this.random = random;
    }

    DonorTable rate(List<Candidate> candidates, List<String> notes) {
        GtidSet all = candidates.stream()
                .flatMap(candidate -> candidate.facts().stream())
                .map(DonorFacts::executed)
                .reduce(GtidSet.EMPTY, GtidSet::union);
        List<RatedDonor> rated = new ArrayList<>();
        candidates.forEach(candidate -> rated.add(rate(candidate, all)));
        shuffle(rated);
        rated.sort(
                Comparator.comparing((RatedDonor donor) -> !donor.isSuitable()).thenComparing(donor -> -donor.score()));
        return new DonorTable(rated, notes);
    }

    /** Shuffles. {@link Collections#shuffle} accepts only {@link Random} before Java 21. */
    private void shuffle(List<RatedDonor> donors) {
        for (int i = donors.size(); i > 1; i--) {
            Collections.swap(donors, i - 1, random.nextInt(i));
        }
    }

    private RatedDonor rate(Candidate candidate, GtidSet all) {
        if (candidate.facts().isEmpty()) {
            return new RatedDonor(candidate, candidate.obstacles(), 0, List.of());
        }
        DonorFacts facts = candidate.facts().get();
        List<Obstacle> obstacles = new ArrayList<>(candidate.obstacles());
        addObstacles(facts, obstacles);
        Score score = new Score();
        addRole(facts, score);
        addLag(facts, all.subtract(facts.executed()).count(), score);
        addZone(facts, score);
        addLoad(facts, score);
        return new RatedDonor(candidate, obstacles, score.points, score.reasons);
    }

    private void addObstacles(DonorFacts facts, List<Obstacle> obstacles) {
        if (rules.targetUuid().filter(facts.uuid()::equalsIgnoreCase).isPresent()) {
            obstacles.add(new Obstacle("it is the target itself", "", CloneErrorCode.TARGET_NOT_USABLE, false));
        }
        facts.memberState()
                .filter(state -> !state.equals(DonorFacts.ONLINE))
                .ifPresent(state -> obstacles.add(
                        new Obstacle("it is " + state + " in its group", "", CloneErrorCode.DONOR_ERROR, true)));
        rules.maxLag().ifPresent(most -> {
            Optional<Duration> lag = facts.stopped().isPresent() ? Optional.empty() : facts.lag();
            if (lag.isEmpty()) {
                String why = facts.stopped().orElse("its lag is unknown");
                obstacles.add(new Obstacle(why + ", with a maximum lag", "", CloneErrorCode.DONOR_BUSY, true));
            } else if (lag.get().compareTo(most) > 0) {
                obstacles.add(new Obstacle(
                        "it lags " + text(lag.get()) + ", more than " + text(most),
                        "",
                        CloneErrorCode.DONOR_BUSY,
                        true));
            }
        });
    }

    private void addRole(DonorFacts facts, Score score) {
        score.add(facts.role().title(), rules.preference().matches(facts.role()) ? ROLE : 0);
    }

    private static void addLag(DonorFacts facts, long missing, Score score) {
        String behind =
                missing == 0 ? "" : ", " + missing + (missing == 1 ? " transaction" : " transactions") + " behind";
        if (facts.stopped().isPresent()) {
            score.add(facts.stopped().get() + behind, 0);
        } else if (facts.lag().isEmpty()) {
            score.add("lag unknown" + behind, 0);
        } else {
            Duration lag = facts.lag().get();
            score.add("lag " + text(lag), points(lag.toSeconds(), 1, 20, 10, 15, 60, 10, 600, 5));
        }
    }

    private void addZone(DonorFacts facts, Score score) {
        if (rules.zone().isPresent()) {
            Optional<String> zone = Optional.ofNullable(rules.zones().get(facts.address()));
            score.add("zone " + zone.orElse("unknown"), zone.equals(rules.zone()) ? ZONE : 0);
        }
    }

    private static void addLoad(DonorFacts facts, Score score) {
        if (facts.threadsRunning().isPresent()) {
            long threads = facts.threadsRunning().getAsLong();
            score.add(threads + " running", points(threads, 4, 10, 16, 7, 64, 3));
        } else {
            score.add("load unknown", 0);
        }
        long millis = facts.answerTime().toMillis();
        score.add("answers in " + (millis < 1 ? "<1" : millis) + " ms", points(millis, 2, 10, 10, 7, 50, 3));
    }

    /** @param steps pairs of a limit and the points up to it */
    private static int points(long value, int... steps) {
        for (int i = 0; i < steps.length; i += 2) {
            if (value <= steps[i]) {
                return steps[i + 1];
            }
        }
        return 0;
    }

    static String text(Duration time) {
        return time.toSeconds() + " s";
    }
}

package org.jclone.provision.donor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.donor.DonorFacts.Origin;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private final List<String> log = new ArrayList<>();
    private final Map<String, Deque<CloneErrorCode>> failures = new HashMap<>();
    private final Deque<DonorTable> tables = new ArrayDeque<>();
    private Rounds.Settings settings =
            new Rounds.Settings(3, Duration.ofSeconds(60), Duration.ZERO, Duration.ofSeconds(10));
    private Optional<DonorAddress> first = Optional.empty();

    /** Suitable donors by name, or {@code name:CODE} for one that is not. */
    private static DonorTable table(String... donors) {
        List<RatedDonor> rated = new ArrayList<>();
        for (String donor : donors) {
            String[] parts = donor.split(":");
            List<Obstacle> obstacles = parts.length == 1
                    ? List.of()
                    : List.of(new Obstacle(
                            parts[1],
                            "",
                            CloneErrorCode.valueOf(parts[1]),
                            FailureClass.of(CloneErrorCode.valueOf(parts[1]), 0) == FailureClass.NEXT_DONOR));
            Candidate candidate =
                    new Candidate(new DonorAddress(parts[0], 3306), Origin.GIVEN, Optional.empty(), obstacles);
            rated.add(new RatedDonor(candidate, obstacles, 50, List.of()));
        }
        return new DonorTable(rated, List.of());
    }

    private void fails(String donor, CloneErrorCode... codes) {
        failures.put(donor, new ArrayDeque<>(Arrays.asList(codes)));
    }

    /** The last table stays. */
    private DonorTable search() {
        return tables.size() > 1 ? tables.remove() : tables.element();
    }

    private String run() throws CloneException {
        Rounds rounds =
                new Rounds(this::search, settings, first, this::onEvent, time -> log.add("pause " + time.toSeconds()));
        return rounds.run((donor, begun) -> {
            String name = donor.address().host();
            log.add(name + (begun ? "+" : ""));
            Deque<CloneErrorCode> left = failures.getOrDefault(name, new ArrayDeque<>());
            if (left.isEmpty()) {
                return name;
            }
            throw new CloneException(left.remove(), name + " fails", "hint");
        });
    }

    private void onEvent(DonorEvent event) {
        if (event instanceof DonorEvent.Waiting waiting) {
            log.add("waiting for "
                    + waiting.busy().stream().map(each -> each.address().host()).toList() + " "
                    + waiting.waited().toSeconds() + " of " + waiting.limit().toSeconds());
        }
    }

    private DonorsExhaustedException exhausted() {
        return catchThrowableOfType(DonorsExhaustedException.class, this::run);
    }

    @Test
    void takesTheBestDonor() throws Exception {
        tables.add(table("a", "b"));
        assertThat(run()).isEqualTo("a");
        assertThat(log).containsExactly("a");
    }

    @Test
    void takesTheNextDonorWhenOneFails() throws Exception {
        tables.add(table("a", "b", "c"));
        fails("a", CloneErrorCode.CONNECT_FAILED);
        fails("b", CloneErrorCode.ACCESS_DENIED);
        assertThat(run()).isEqualTo("c");
        assertThat(log).containsExactly("a", "b+", "c+");
    }

    @Test
    void resumesOnceWithTheSameDonorAfterAFailureOfTheNetwork() throws Exception {
        tables.add(table("a", "b"));
        fails("a", CloneErrorCode.CONNECTION_LOST);
        assertThat(run()).isEqualTo("a");
        assertThat(log).containsExactly("a", "a+");
        log.clear();
        fails("a", CloneErrorCode.CONNECTION_LOST, CloneErrorCode.CONNECTION_LOST);
        assertThat(run()).isEqualTo("b");
        assertThat(log).containsExactly("a", "a+", "b+");
    }

    @Test
    void triesEachDonorOnceInARoundAndPausesOnlyAfterIt() {
        tables.add(table("a", "b"));
        fails("a", CloneErrorCode.CONNECT_FAILED, CloneErrorCode.CONNECT_FAILED, CloneErrorCode.SNAPSHOT_GONE);
        fails("b", CloneErrorCode.DONOR_BUSY, CloneErrorCode.DONOR_BUSY, CloneErrorCode.CONNECT_FAILED);
        DonorsExhaustedException end = exhausted();
        assertThat(log).containsExactly("a", "b+", "pause 60", "a+", "b+", "pause 60", "a+", "b+");
        assertThat(end).hasMessage("no donor could be cloned in 3 rounds: [a:3306] a fails; [b:3306] b fails");
        assertThat(end.lastErrors().values())
                .extracting(CloneException::code)
                .containsExactly(CloneErrorCode.SNAPSHOT_GONE, CloneErrorCode.CONNECT_FAILED);
        assertThat(end.code()).isEqualTo(CloneErrorCode.CONNECT_FAILED);
    }

    @Test
    void neverRepeatsAWrongPassword() {
        tables.add(table("a", "b"));
        fails("a", CloneErrorCode.ACCESS_DENIED);
        fails("b", CloneErrorCode.CONNECT_FAILED, CloneErrorCode.CONNECT_FAILED, CloneErrorCode.CONNECT_FAILED);
        exhausted();
        assertThat(log).containsExactly("a", "b+", "pause 60", "b+", "pause 60", "b+");
    }

    @Test
    void endsWithoutAPauseWhenNothingCanPass() {
        tables.add(table("a", "b:PLUGIN_MISSING"));
        fails("a", CloneErrorCode.ACCESS_DENIED);
        DonorsExhaustedException end = exhausted();
        assertThat(log).containsExactly("a");
        assertThat(end).hasMessage("no donor can be cloned: [b:3306] not tried, PLUGIN_MISSING; [a:3306] a fails");
    }

    @Test
    void givesUpWhenEveryDonorWouldFail() {
        tables.add(table("a", "b"));
        fails("a", CloneErrorCode.DISK_FULL);
        CloneException end = catchThrowableOfType(CloneException.class, this::run);
        assertThat(end.code()).isEqualTo(CloneErrorCode.DISK_FULL);
        assertThat(end).isNotInstanceOf(DonorsExhaustedException.class);
        assertThat(log).containsExactly("a");
    }

    @Test
    void asksAgainBeforeEachRound() throws Exception {
        tables.add(table("a:CONNECT_FAILED", "b:DONOR_BUSY"));
        tables.add(table("b", "a:CONNECT_FAILED"));
        assertThat(run()).isEqualTo("b");
        assertThat(log).containsExactly("pause 60", "b");
    }

    @Test
    void waitsVisiblyForABusyDonorWhileNoOtherIsFree() throws Exception {
        settings = new Rounds.Settings(1, Duration.ofSeconds(60), Duration.ofSeconds(25), Duration.ofSeconds(10));
        tables.add(table("a:DONOR_BUSY", "b:PLUGIN_MISSING"));
        tables.add(table("a:DONOR_BUSY", "b:PLUGIN_MISSING"));
        tables.add(table("a", "b:PLUGIN_MISSING"));
        assertThat(run()).isEqualTo("a");
        assertThat(log)
                .containsExactly("waiting for [a] 0 of 25", "pause 10", "waiting for [a] 10 of 25", "pause 10", "a");
    }

    @Test
    void waitsNoLongerThanAllowedInAllRounds() {
        settings = new Rounds.Settings(2, Duration.ofSeconds(60), Duration.ofSeconds(25), Duration.ofSeconds(10));
        tables.add(table("a:DONOR_BUSY"));
        DonorsExhaustedException end = exhausted();
        assertThat(log)
                .containsExactly(
                        "waiting for [a] 0 of 25",
                        "pause 10",
                        "waiting for [a] 10 of 25",
                        "pause 10",
                        "waiting for [a] 20 of 25",
                        "pause 5",
                        "pause 60");
        assertThat(end.code()).isEqualTo(CloneErrorCode.DONOR_BUSY);
    }

    @Test
    void waitsForADonorThatBecameBusyInBetween() throws Exception {
        settings = new Rounds.Settings(1, Duration.ofSeconds(60), Duration.ofSeconds(25), Duration.ofSeconds(10));
        tables.add(table("a"));
        fails("a", CloneErrorCode.DONOR_BUSY);
        assertThat(run()).isEqualTo("a");
        assertThat(log).containsExactly("a", "waiting for [a] 0 of 25", "pause 10", "a+");
    }

    @Test
    void doesNotWaitWhileAnotherIsFree() throws Exception {
        settings = new Rounds.Settings(1, Duration.ofSeconds(60), Duration.ofSeconds(25), Duration.ofSeconds(10));
        tables.add(table("b", "a:DONOR_BUSY"));
        assertThat(run()).isEqualTo("b");
        assertThat(log).containsExactly("b");
    }

    @Test
    void triesTheDonorOfAnUnfinishedCloneFirst() throws Exception {
        first = Optional.of(new DonorAddress("b", 3306));
        tables.add(table("a", "b"));
        fails("b", CloneErrorCode.SNAPSHOT_GONE);
        assertThat(run()).isEqualTo("a");
        assertThat(log).containsExactly("b", "a+");
    }

    @Test
    void anErrorNamesNoDonorTwice() {
        settings = new Rounds.Settings(1, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1));
        tables.add(table("a"));
        fails("a", CloneErrorCode.CONNECTION_LOST, CloneErrorCode.CONNECTION_LOST);
        assertThat(exhausted()).hasMessage("no donor could be cloned in 1 round: [a:3306] a fails");
    }

    @Test
    void refusesSenselessSettings() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rounds.Settings(0, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rounds.Settings(1, Duration.ZERO, Duration.ZERO, Duration.ZERO));
    }
}

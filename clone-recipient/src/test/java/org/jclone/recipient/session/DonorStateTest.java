package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.target.TestSnapshots;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each state does when the clone fails in it. */
class DonorStateTest {

    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = THEN.plusSeconds(60);
    private static final ScriptedDonor DONOR = new ScriptedDonor();
    private static final DonorState.Apart APART = new DonorState.Apart();
    private static final DonorState.Connected CONNECTED = APART.toConnected(line());
    private static final DonorState.Asked ASKED = CONNECTED.toAsked();
    private static final DonorState.SnapshotOpen OPEN = ASKED.toSnapshotOpen(TestSnapshots.LOCATOR);
    private static final DonorState.Streaming STREAMING =
            OPEN.toStreaming(OPEN.line().stream(null, TestSnapshots.empty()));
    private static final DonorState.Broken BROKEN = STREAMING.toBroken(THEN);
    private static final DonorState RESTING = STREAMING.rest(THEN);
    private static final DonorState.Complete COMPLETE = STREAMING.toComplete();
    private static final DonorState.Left LEFT = COMPLETE.toLeft();

    private static DonorLine line() {
        try {
            return DONOR.open();
        } catch (CloneException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> said(Runnable move) {
        DONOR.said.clear();
        move.run();
        return List.copyOf(DONOR.said);
    }

    /** State, what release says, what rest says, and where both lead. */
    static Stream<Arguments> states() {
        DonorState resting = new DonorState.Resting(OPEN.line(), NOW);
        return Stream.of(
                Arguments.of(APART, List.of(), APART, List.of(), APART),
                Arguments.of(CONNECTED, List.of("1 abandon"), APART, List.of("1 abandon"), APART),
                Arguments.of(ASKED, List.of("1 release", "1 abandon"), APART, List.of("1 abandon"), APART),
                Arguments.of(OPEN, List.of("1 release"), APART, List.of("1 break off 3"), resting),
                Arguments.of(STREAMING, List.of("1 release"), APART, List.of("1 abandon stream"), resting),
                Arguments.of(BROKEN, List.of(), BROKEN, List.of(), BROKEN),
                Arguments.of(RESTING, List.of("1 release"), APART, List.of(), RESTING),
                Arguments.of(COMPLETE, List.of(), COMPLETE, List.of(), COMPLETE),
                Arguments.of(LEFT, List.of(), LEFT, List.of(), LEFT));
    }

    /** Finds a new state that nobody has thought about here. */
    @Test
    void isTestedInEveryState() {
        assertThat(states().<Class<?>>map(each -> each.get()[0].getClass()))
                .containsExactlyInAnyOrderElementsOf(records(DonorState.class));
    }

    private static List<Class<?>> records(Class<?> type) {
        List<Class<?>> found = new ArrayList<>();
        if (type.isRecord()) {
            found.add(type);
        } else {
            Arrays.stream(type.getPermittedSubclasses()).forEach(each -> found.addAll(records(each)));
        }
        return found;
    }

    @ParameterizedTest
    @MethodSource("states")
    void releasesOrKeepsWhatTheDonorHolds(
            DonorState state, List<String> onRelease, DonorState released, List<String> onRest, DonorState rested) {
        assertThat(said(() -> assertThat(state.release()).isEqualTo(released))).isEqualTo(onRelease);
        assertThat(said(() -> assertThat(state.rest(NOW)).isEqualTo(rested))).isEqualTo(onRest);
        assertThat(state.holdsSnapshot()).isEqualTo(onRelease.contains("1 release"));
    }

    @ParameterizedTest
    @MethodSource("states")
    void knowsHowLongTheDonorHasWaited(
            DonorState state, List<String> onRelease, DonorState released, List<String> onRest, DonorState rested) {
        boolean waits = state == BROKEN || state == RESTING;
        assertThat(state.waitsSince(NOW)).isEqualTo(waits ? THEN : NOW);
        assertThat(state.isEverythingHere()).isEqualTo(state == COMPLETE || state == LEFT);
        assertThat(state.lastLine().isPresent()).isEqualTo(state instanceof DonorState.Linked);
    }

    @Test
    void abandonsOnlyWhereNoSnapshotIsOpen() {
        assertThat(said(() -> assertThat(CONNECTED.abandon()).isEqualTo(APART))).containsExactly("1 abandon");
        assertThat(said(() -> assertThat(ASKED.abandon()).isEqualTo(APART))).containsExactly("1 abandon");
        assertThat(said(() -> assertThat(OPEN.abandon()).isEqualTo(OPEN))).isEmpty();
        assertThat(said(() -> assertThat(BROKEN.abandon()).isEqualTo(BROKEN))).isEmpty();
    }

    @Test
    void abortsWhatRuns() {
        assertThat(said(() -> STREAMING.onAbort(new IllegalStateException("enough"))))
                .containsExactly("1 abort: enough");
        assertThat(said(() -> OPEN.onAbort(new IllegalStateException("enough"))))
                .isEmpty();
    }

    @Test
    void exitsOnlyTheStreamOfThisRun() {
        assertThat(said(COMPLETE::toLeft)).containsExactly("1 COM_EXIT");
        assertThat(said(() -> new DonorState.Complete(Optional.empty()).toLeft()))
                .isEmpty();
    }
}

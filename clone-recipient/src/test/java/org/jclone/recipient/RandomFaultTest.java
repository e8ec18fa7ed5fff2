package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.FaultSyntaxException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clones of many kinds from donors and over networks with random faults. Each ends in time, complete or with an error
 * that says what is wrong, and leaves nothing behind. Use {@code -Djclone.test.scripts=} and {@code
 * -Djclone.test.seed=} for more scripts.
 */
class RandomFaultTest {

    private static final int SCRIPTS = Integer.getInteger("jclone.test.scripts", 25);
    private static final long SEED = Long.getLong("jclone.test.seed", 5);

    private static final Duration TIMEOUT = Duration.ofMillis(300);

    /** For a donor that a busy machine kept from its greeting for longer than {@link #TIMEOUT}. */
    private static final Duration PATIENT = Duration.ofSeconds(10);

    private static final Duration RECONNECT_TIMEOUT = Duration.ofMillis(1500);

    private static final Duration OPERATORS_PATIENCE = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    private final Map<CloneErrorCode, Integer> outcomes = new EnumMap<>(CloneErrorCode.class);
    private final ScheduledExecutorService operator = Executors.newSingleThreadScheduledExecutor();
    private long struck;

    @AfterEach
    void dismissOperator() {
        operator.shutdownNow();
    }

    @Test
    void endsWellOrWithAnError() throws Exception {
        Random random = new Random(SEED);
        try (Leftovers leftovers = new Leftovers(folder)) {
            for (int i = 0; i < SCRIPTS; i++) {
                CloneShape shape = CloneShape.values()[random.nextInt(CloneShape.values().length)];
                RandomScript script = RandomScript.of(random.nextInt(Integer.MAX_VALUE));
                Path parent = folder.resolve("f" + i);
                if (!isTested(shape, script, parent, TIMEOUT, leftovers)) {
                    isTested(shape, script, parent, PATIENT, leftovers);
                }
            }
            leftovers.assertNoLeaks();
        }
        System.out.println("scripts that struck: " + struck + ", failures: " + outcomes);
        Figures.print("random scripts of up to four faults, clones of 14 kinds, seed " + SEED, SCRIPTS);
        assertThat(struck).isGreaterThan(SCRIPTS / 3);
    }

    /** Returns whether the clone was connected, or a fault kept it from that. */
    private boolean isTested(CloneShape shape, RandomScript script, Path parent, Duration timeout, Leftovers leftovers)
            throws Exception {
        Files.createDirectory(parent);
        long struckBefore = struck;
        Outcome outcome = run(shape, script, parent, timeout);
        leftovers.assertNone("%s, donor's port %04X%n%s".formatted(shape, outcome.port, script.text()));
        delete(parent);
        return struck > struckBefore || !outcome.failure.equals(Optional.of(CloneErrorCode.CONNECT_FAILED));
    }

    private record Outcome(int port, Optional<CloneErrorCode> failure) {}

    private Outcome run(CloneShape shape, RandomScript script, Path parent, Duration timeout)
            throws FaultSyntaxException {
        String what = shape + "\n" + script.text();
        try (CloneRig rig = shape.rig(parent, FaultScript.parse(script.text()))
                .with(request -> request.interruptions(it -> it.withReadTimeout(timeout))
                        .login(it -> it.withConnectTimeout(timeout))
                        .interruptions(it -> it.withReconnectTimeout(RECONNECT_TIMEOUT)))) {
            Optional<CloneException> failure = script.mayTakeLong() ? abortedOutcome(rig) : rig.outcome();
            struck += rig.donor().faultsMade() > 0 ? 1 : 0;
            if (failure.isPresent()) {
                outcomes.merge(failure.get().code(), 1, Integer::sum);
                if (failure.get().code() == CloneErrorCode.ABORTED) {
                    assertThat(script.mayTakeLong()).as(what).isTrue();
                }
                assertThat(failure.get().code())
                        .as("%s%n%s", what, failure.get())
                        .isNotEqualTo(CloneErrorCode.INTERNAL);
                assertThat(failure.get().getMessage()).as(what).isNotBlank();
            } else if (!script.lies()) {
                FinalState.assertIdentical(shape.data(), rig.target(), shape != CloneShape.NOT_VERIFIED);
            }
            return new Outcome(rig.donor().port(), failure.map(CloneException::code));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    /** Aborts as an operator would: a donor may take minutes to answer COM_INIT, COM_REINIT and COM_ATTACH. */
    private Optional<CloneException> abortedOutcome(CloneRig rig) {
        Future<?> abortion = operator.schedule(rig::abort, OPERATORS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return rig.outcome();
        } finally {
            abortion.cancel(false);
        }
    }

    private static void delete(Path parent) throws IOException {
        try (Stream<Path> paths = Files.walk(parent)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

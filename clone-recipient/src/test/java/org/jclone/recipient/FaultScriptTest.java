package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the table of scripts and outcomes in docs/donor.md, which says how jclone reacts to each fault. */
class FaultScriptTest {

    private static final Path TABLE = Path.of("..", "docs", "donor.md");
    private static final String HEAD = "| what goes wrong | script | jclone |";
    private static final Pattern CODE = Pattern.compile("`([^`]*)`");
    private static final String WHOLE = "whole";
    private static final int CONNECTIONS = 3;
    private static final Duration PATIENT = Duration.ofSeconds(40);

    /** For a silence that must end. On a busy machine it ends other connections, too, which then reconnect. */
    private static final Duration SHORT = Duration.ofMillis(700);

    private static final MadeData DATA = MadeData.builder(17)
            .systemTablespace(64 << 10)
            .table("t/a", 3 << 20)
            .table("t/b", 3 << 20)
            .modify("t/a", 0, 1, 2)
            .build();

    @TempDir
    Path parent;

    static Stream<Arguments> rows() throws IOException {
        return Files.readString(TABLE)
                .lines()
                .dropWhile(line -> !line.equals(HEAD))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split(" *\\| *"))
                .map(cells -> Arguments.of(cells[1], script(cells[2]), cells[3]));
    }

    private static String script(String cell) {
        return CODE.matcher(cell).results().map(found -> found.group(1)).collect(Collectors.joining("\n"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void endsAsDocumented(String what, String script, String outcome) throws Exception {
        FaultScript faults = FaultScript.parse(script);
        Duration readTimeout = script.contains("silent") ? SHORT : PATIENT;
        Duration reconnectTimeout = outcome.startsWith("`" + CloneErrorCode.CONNECTION_LOST) ? SHORT : PATIENT;
        try (CloneRig rig = CloneRig.of(parent, DATA, faults)
                .with(request -> request.transfer(
                                it -> it.withMaxConcurrency(CONNECTIONS).withAutotuneConcurrency(false))
                        .login(it -> it.withConnectTimeout(PATIENT))
                        .interruptions(it -> it.withReadTimeout(readTimeout)
                                .withTransitionTimeout(readTimeout)
                                .withReconnectTimeout(reconnectTimeout)))) {
            Optional<CloneException> failure = rig.outcome();
            assertThat(rig.donor().faultsMade()).as("%s: %s", what, faults).isPositive();
            if (outcome.equals(WHOLE)) {
                assertThat(failure).as("%s: %s", what, faults).isEmpty();
                FinalState.assertIdentical(DATA, rig.target());
            } else {
                assertFailedWith(outcome, failure, what + ": " + faults);
            }
        }
    }

    private static void assertFailedWith(String outcome, Optional<CloneException> failure, String what) {
        MatchResult code = CODE.matcher(outcome)
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError("no code: " + outcome));
        assertThat(failure).as(what).isPresent();
        assertThat(failure.get().code())
                .as("%s: %s", what, failure.get())
                .isEqualTo(CloneErrorCode.valueOf(code.group(1)));
        String words = outcome.substring(code.end()).replaceFirst("^: *", "");
        assertThat(failure.get().getMessage()).as(what).contains(words);
    }
}

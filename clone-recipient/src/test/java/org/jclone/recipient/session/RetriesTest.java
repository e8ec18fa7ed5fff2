package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jclone.protocol.clone.CloneError;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.RetryPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetriesTest {

    private static final RetryPolicy TWICE =
            new RetryPolicy(2, List.of(Duration.ofSeconds(10), Duration.ofSeconds(60)));

    private final TestContext test = new TestContext(Path.of("target"));
    private final Retries retries = new Retries(TWICE, test.context.abortion(), test.context.publisher());
    private final Deque<CloneException> failures = new ArrayDeque<>();
    private int made;

    @AfterEach
    void close() {
        test.events();
    }

    private String attempt() throws CloneException {
        made++;
        if (!failures.isEmpty()) {
            throw failures.remove();
        }
        return "attempt " + made;
    }

    private void fails(CloneException failure) {
        failures.add(failure);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> retries.run(this::attempt))
                .isSameAs(failure);
    }

    @ParameterizedTest
    @EnumSource(
            value = CloneErrorCode.class,
            names = {"DONOR_BUSY", "CONNECT_FAILED", "CONNECTION_LOST"})
    void repeatsWhatMayPass(CloneErrorCode code) throws CloneException {
        failures.add(ScriptedDonor.failure(code));
        failures.add(ScriptedDonor.failure(code));

        assertThat(retries.run(this::attempt)).isEqualTo("attempt 3");
        assertThat(test.sleeps()).containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(60));
        assertThat(test.events())
                .containsExactly(
                        new CloneEvent.Retrying("the donor says " + code, 1, 2, Duration.ofSeconds(10)),
                        new CloneEvent.Retrying("the donor says " + code, 2, 2, Duration.ofSeconds(60)));
    }

    @ParameterizedTest
    @EnumSource(
            value = CloneErrorCode.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DONOR_BUSY", "CONNECT_FAILED", "CONNECTION_LOST"})
    void doesNotRepeatWhatStays(CloneErrorCode code) {
        fails(ScriptedDonor.failure(code));

        assertThat(made).isEqualTo(1);
    }

    @Test
    void countsTheRetriesOfAllItsSteps() throws CloneException {
        failures.add(ScriptedDonor.lost());
        failures.add(ScriptedDonor.lost());
        retries.run(this::attempt);

        fails(ScriptedDonor.lost());
        assertThat(made).isEqualTo(4);
    }

    @Test
    void doesNotRepeatWhereAnAdministratorMustUnblockThisHost() {
        fails(new DonorErrorException(
                CloneErrorCode.CONNECT_FAILED, "blocked", "unblock", CloneError.ER_HOST_IS_BLOCKED, "", "blocked"));

        assertThat(made).isEqualTo(1);
    }

    @Test
    void stopsWaitingWhenTheCloneIsAborted() {
        CloneException wish = ScriptedDonor.failure(CloneErrorCode.ABORTED);
        test.context.abortion().demand(wish);
        failures.add(ScriptedDonor.lost());

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> retries.run(this::attempt))
                .isSameAs(wish);
        assertThat(made).isEqualTo(1);
    }
}

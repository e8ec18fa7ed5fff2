package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class AbortionTest {

    private static final CloneException FIRST = new CloneException(CloneErrorCode.ABORTED, "first", "hint");
    private static final CloneException SECOND = new CloneException(CloneErrorCode.ABORTED, "second", "hint");

    private final Abortion abortion = new Abortion(new ErrorTranslator(new DonorAddress("db1", 3306)));

    private interface Wait {
        void run() throws CloneException;
    }

    private static void assertThrows(CloneException expected, Wait wait) {
        assertThatExceptionOfType(CloneException.class).isThrownBy(wait::run).isSameAs(expected);
    }

    @Test
    void countsTheFirstRequest() {
        assertThatCode(abortion::check).doesNotThrowAnyException();
        abortion.demand(FIRST);
        abortion.demand(SECOND);

        assertThrows(FIRST, abortion::check);
    }

    @Test
    void endsWaitsThatHaveBegunOrAreAboutTo() {
        CompletableFuture<String> never = new CompletableFuture<>();
        CompletableFuture.runAsync(() -> abortion.demand(FIRST));

        assertThrows(FIRST, () -> abortion.await(never, "while waiting"));
        assertThrows(FIRST, () -> abortion.await(never, "while waiting"));
        assertThrows(FIRST, () -> abortion.sleep(Long.MAX_VALUE, "while sleeping"));
    }

    @Test
    void returnsTheAnswerOrTranslatesItsFailure() throws CloneException {
        assertThat(abortion.await(CompletableFuture.completedFuture("yes"), "while asking"))
                .isEqualTo("yes");
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(
                        () -> abortion.await(CompletableFuture.failedFuture(new IOException("cut")), "while asking"))
                .withMessage("the connection to db1:3306 was lost while asking: cut");
    }

    @Test
    void callsThoseWhoWantToKnowOnceAndAtOnceIfItIsLate() {
        List<Throwable> told = new ArrayList<>();
        abortion.whenDemanded(told::add);
        assertThat(told).isEmpty();
        abortion.demand(FIRST);
        abortion.demand(SECOND);
        abortion.whenDemanded(told::add);

        assertThat(told).containsExactly(FIRST, FIRST);
    }

    @Test
    void sleepsNoLongerThanItShould() {
        assertThatCode(() -> abortion.sleep(1, "while sleeping")).doesNotThrowAnyException();
    }

    @Test
    void leavesTheThreadInterrupted() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> abortion.sleep(Long.MAX_VALUE, "while sleeping"))
                .withMessage("interrupted while sleeping");

        assertThat(Thread.interrupted()).isTrue();
    }
}

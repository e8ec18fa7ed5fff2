package org.jclone.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final int KNOWN = 1000;
    private static final int UNKNOWN = 2000;

    /** Seven connections: three of a user, two of those who may not call. */
    private static final HttpLimits LIMITS = new HttpLimits(
            7,
            3,
            2,
            HttpLimits.DEFAULT.requestLineBytes(),
            HttpLimits.DEFAULT.headerBytes(),
            HttpLimits.DEFAULT.bodyBytes(),
            HttpLimits.DEFAULT.idle(),
            HttpLimits.DEFAULT.body(),
            HttpLimits.DEFAULT.write(),
            HttpLimits.DEFAULT.heartbeat());

    private final Admission admission = new Admission(
            peer -> {
                if (peer.uid().getAsInt() >= UNKNOWN) {
                    throw Problem.Kind.FORBIDDEN.exception("no");
                }
                return new Caller("me", Role.READ);
            },
            LIMITS);

    private OptionalInt user(int uid) {
        return admission.user(OptionalInt.of(uid));
    }

    @Test
    void aUserLeavesRoomForOthers() {
        for (int i = 0; i < 3; i++) {
            assertThat(admission.enter(user(KNOWN))).isEmpty();
        }
        assertThat(admission.enter(user(KNOWN))).contains("uid 1000 has 3 connections already");
        assertThat(admission.enter(user(KNOWN + 1))).isEmpty();

        admission.leave(user(KNOWN));
        assertThat(admission.enter(user(KNOWN))).isEmpty();
    }

    @Test
    void usersWhoMayNotCallShareAFewConnections() {
        assertThat(admission.enter(user(UNKNOWN))).isEmpty();
        assertThat(admission.enter(user(UNKNOWN + 1))).isEmpty();
        assertThat(admission.enter(user(UNKNOWN + 2)))
                .contains("users who may not use this daemon have 2 connections already");
        assertThat(admission.enter(user(KNOWN))).isEmpty();
    }

    @Test
    void aListenerWithoutUsersHasOneLimit() {
        OptionalInt nobody = admission.user(OptionalInt.empty());
        for (int i = 0; i < 7; i++) {
            assertThat(admission.enter(nobody)).isEmpty();
        }
        assertThat(admission.enter(nobody)).isEqualTo(Optional.of("there are 7 connections already"));
    }

    @Test
    void fewRefusedClientsLearnWhyAtATime() {
        for (int i = 0; i < 16; i++) {
            assertThat(admission.beginRefusal()).isTrue();
        }
        assertThat(admission.beginRefusal()).isFalse();

        admission.endRefusal();
        assertThat(admission.beginRefusal()).isTrue();
    }
}

package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.journal.DonorIdentity;
import org.junit.jupiter.api.Test;

class DonorIdentitiesTest {

    private static final DonorIdentity EXPECTED = new DonorIdentity("uuid-1", 1_000_000);

    private static CloneException refused(Optional<DonorIdentity> found) {
        return assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> DonorIdentities.require(EXPECTED, found, "db1:3306"))
                .actual();
    }

    @Test
    void takesTheSameStartOfTheSameServer() throws Exception {
        DonorIdentities.require(EXPECTED, Optional.of(new DonorIdentity("uuid-1", 1_000_000)), "db1:3306");
    }

    /** --resume=auto removes a clone whose snapshot is gone. */
    @Test
    void saysThatTheSnapshotIsGoneOnlyIfTheDonorWasRestarted() {
        assertThat(refused(Optional.of(new DonorIdentity("uuid-1", 2_000_000))))
                .hasMessageContaining("was restarted")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.SNAPSHOT_GONE));
        assertThat(refused(Optional.of(new DonorIdentity("uuid-2", 1_000_000))))
                .hasMessageContaining("is not the server")
                .isInstanceOf(OtherServerException.class)
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.CONNECT_FAILED));
        assertThat(refused(Optional.empty()))
                .hasMessageContaining("db1:3306 does not say who it is (expected: uuid-1 started at ")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.DONOR_ERROR));
    }
}

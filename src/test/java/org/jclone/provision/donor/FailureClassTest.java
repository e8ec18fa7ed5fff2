package org.jclone.provision.donor;

import static org.assertj.core.api.Assertions.assertThat;

import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FailureClassTest {

    @ParameterizedTest
    @CsvSource({
        "CONNECTION_LOST, 0, SAME_DONOR",
        "DONOR_ERROR, 1159, SAME_DONOR",
        "DONOR_ERROR, 13417, SAME_DONOR",
        "CONNECT_FAILED, 0, NEXT_DONOR",
        "DONOR_BUSY, 3634, NEXT_DONOR",
        "DONOR_BUSY, 1040, NEXT_DONOR",
        "DONOR_ERROR, 3032, NEXT_DONOR",
        "DONOR_ERROR, 1317, NEXT_DONOR",
        "DONOR_ERROR, 1815, NEXT_DONOR",
        "DONOR_ERROR, 0, NEXT_DONOR",
        "SNAPSHOT_GONE, 0, NEXT_DONOR",
        "DAMAGED, 0, NEXT_DONOR",
        "PROTOCOL, 0, NEXT_DONOR",
        "ACCESS_DENIED, 1045, DROP_DONOR",
        "ACCESS_DENIED, 3118, DROP_DONOR",
        "PRIVILEGE_MISSING, 1227, DROP_DONOR",
        "PLUGIN_MISSING, 1524, DROP_DONOR",
        "TLS_FAILED, 0, DROP_DONOR",
        "INCOMPATIBLE, 0, DROP_DONOR",
        "CONNECT_FAILED, 1129, DROP_DONOR",
        "DONOR_ERROR, 3957, DROP_DONOR",
        "DISK_FULL, 0, GIVE_UP",
        "STORAGE, 0, GIVE_UP",
        "TARGET_NOT_USABLE, 0, GIVE_UP",
        "USAGE, 0, GIVE_UP",
        "KEYRING, 0, GIVE_UP",
        "ABORTED, 0, GIVE_UP",
        "INTERNAL, 0, GIVE_UP",
        "AFTER_CLONE, 0, GIVE_UP"
    })
    void decidesByCodeAndNumber(CloneErrorCode code, int number, FailureClass expected) {
        assertThat(FailureClass.of(code, number)).isEqualTo(expected);
        CloneException failure = number == 0
                ? new CloneException(code, "text", "")
                : new DonorErrorException(code, "text", "", number, "", "text");
        assertThat(FailureClass.of(failure)).isEqualTo(expected);
    }

    /** What ends the whole run does so whatever number a donor sends with it. */
    @ParameterizedTest
    @EnumSource
    void decidesForEveryCode(CloneErrorCode code) {
        if (FailureClass.of(code, 0) == FailureClass.GIVE_UP) {
            assertThat(FailureClass.of(code, 1159)).isEqualTo(FailureClass.GIVE_UP);
        }
    }
}

package org.jclone.recipient.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CloneErrorCodeTest {

    /** Scripts rely on these numbers: a change here breaks them. */
    @Test
    void hasStableExitStatuses() {
        assertThat(Arrays.stream(CloneErrorCode.values())
                        .collect(Collectors.toMap(Enum::name, CloneErrorCode::exitStatus)))
                .isEqualTo(Map.ofEntries(
                        Map.entry("INTERNAL", 1),
                        Map.entry("USAGE", 2),
                        Map.entry("TARGET_NOT_USABLE", 10),
                        Map.entry("STORAGE", 11),
                        Map.entry("DISK_FULL", 12),
                        Map.entry("DAMAGED", 13),
                        Map.entry("FILE_NAME_CLASH", 14),
                        Map.entry("AFTER_CLONE", 15),
                        Map.entry("PROVISIONING", 16),
                        Map.entry("DAEMON", 17),
                        Map.entry("CONNECT_FAILED", 20),
                        Map.entry("ACCESS_DENIED", 21),
                        Map.entry("TLS_FAILED", 22),
                        Map.entry("PRIVILEGE_MISSING", 23),
                        Map.entry("PLUGIN_MISSING", 24),
                        Map.entry("DONOR_ERROR", 25),
                        Map.entry("PROTOCOL", 26),
                        Map.entry("INCOMPATIBLE", 27),
                        Map.entry("ENCRYPTION_NEEDS_TLS", 28),
                        Map.entry("KEYRING", 29),
                        Map.entry("SNAPSHOT_GONE", 30),
                        Map.entry("DONOR_BUSY", 75),
                        Map.entry("CONNECTION_LOST", 75),
                        Map.entry("ABORTED", 130)));
    }

    @ParameterizedTest
    @EnumSource(CloneErrorCode.class)
    void sharesOnlyTheStatusForRetry(CloneErrorCode code) {
        List<CloneErrorCode> same = Arrays.stream(CloneErrorCode.values())
                .filter(other -> other.exitStatus() == code.exitStatus())
                .toList();

        if (code.exitStatus() == 75) {
            assertThat(same).containsExactly(CloneErrorCode.DONOR_BUSY, CloneErrorCode.CONNECTION_LOST);
        } else {
            assertThat(same).containsExactly(code);
        }
    }
}

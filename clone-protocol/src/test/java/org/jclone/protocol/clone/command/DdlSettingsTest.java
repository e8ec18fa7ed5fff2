package org.jclone.protocol.clone.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DdlSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "8.0.17, false, true",
        "8.0.26-log, false, true",
        "8.0.26, true, true",
        "8.0.27, false, false",
        "8.0.36-28, false, false",
        "8.0.36, true, true",
        "8.4.6, false, false",
        "9.7.4-2, false, false",
        "18.0.3, false, false",
        "8.0., false, false",
        "5.7.44, false, false"
    })
    void requestsTheLockFromOldDonorsBecauseTheyAlwaysLock(String version, boolean wanted, boolean requested) {
        assertThat(DdlSettings.forDonor(version, 300, wanted)).isEqualTo(new DdlSettings(300, requested));
    }
}

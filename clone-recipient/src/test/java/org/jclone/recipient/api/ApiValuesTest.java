package org.jclone.recipient.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small value classes of the API. */
class ApiValuesTest {

    @Test
    void limitsAreThoseOfTheVariables() {
        assertThat(new BandwidthLimits(0, 0)).isEqualTo(BandwidthLimits.NONE);
        assertThat(new BandwidthLimits(1_048_576, 1_048_576).dataMiBPerSecond()).isEqualTo(1_048_576);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BandwidthLimits(-1, 0))
                .withMessage("data bandwidth: -1 MiB/s (expected: 0 to 1048576)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BandwidthLimits(0, 1_048_577))
                .withMessage("network bandwidth: 1048577 MiB/s (expected: 0 to 1048576)");
    }

    @ParameterizedTest
    @CsvSource({
        "DISABLED,        true,  false",
        "PREFERRED,       true,  false",
        "REQUIRED,        false, false",
        "VERIFY_CA,       false, true",
        "VERIFY_IDENTITY, false, true",
    })
    void sslModesMeanWhatMysqlMeans(SslMode mode, boolean allowsClearText, boolean verifiesCertificate) {
        assertThat(mode.allowsClearText()).isEqualTo(allowsClearText);
        assertThat(mode.verifiesCertificate()).isEqualTo(verifiesCertificate);
    }

    @Test
    void stagesHaveMysqlsNamesAndOrder() {
        assertThat(Arrays.stream(CloneStage.values()).map(CloneStage::displayName))
                .containsExactly("DROP DATA", "FILE COPY", "PAGE COPY", "REDO COPY", "FILE SYNC");
        assertThat(Arrays.stream(StageProgress.State.values()).map(StageProgress.State::fileCode))
                .containsExactly(0, 1, 2, 3);
    }
}

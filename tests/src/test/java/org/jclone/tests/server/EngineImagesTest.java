package org.jclone.tests.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineImagesTest {

    @ParameterizedTest
    @CsvSource({
        "'', false, false",
        "mysql:9.7, false, true",
        "mysql:9.7, true, false",
        "mysql:8.4, false, false",
        "'mysql:9.7\ntestcontainers/ryuk:0.12.0', true, true",
        "'testcontainers/ryuk:0.12.0', true, false",
    })
    void nothingIsPulledIfTheServersImageIsThereAndTheHelperThatRemovesContainers(
            String listed, boolean needsHelper, boolean suffices) {
        assertThat(EngineImages.suffice(listed, "mysql:9.7", needsHelper)).isEqualTo(suffices);
    }
}

package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DonorTextTest {

    @Test
    void namesWhatIsMissing() {
        assertThat(DonorText.missing(Optional.of(List.of()))).isEmpty();
        assertThat(DonorText.missing(Optional.of(List.of("/ssd/a\u001b.ibd"))))
                .containsExactly(
                        "WARNING: no clone will be whole, for 1 tablespace is missing:",
                        "  /ssd/a\\u001b.ibd",
                        "  Name the directories that they lie in with --directories.");
        assertThat(DonorText.missing(Optional.of(Collections.nCopies(25, "/ssd/b.ibd"))))
                .hasSize(23)
                .contains("  and 5 more");
    }

    @Test
    void saysIfNobodyKnows() {
        assertThat(DonorText.missing(Optional.empty()))
                .singleElement()
                .asString()
                .startsWith("warning: ");
    }
}

package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DonorTextTest {

    private static final Path DIRECTORY = Path.of("/backup/mysql");

    @Test
    void namesMissingTablespaces() {
        assertThat(DonorText.missing(DIRECTORY, List.of("/ssd/a\u001b.ibd")))
                .containsExactly("1 tablespace of /backup/mysql is missing:", "  /ssd/a\\u001b.ibd");
        assertThat(DonorText.missing(DIRECTORY, Collections.nCopies(25, "/ssd/b.ibd")))
                .hasSize(22)
                .startsWith("25 tablespaces of /backup/mysql are missing:")
                .endsWith("  and 5 more");
    }

    @Test
    void namesDirectoriesToSearch() {
        List<String> missing = List.of("./lost.ibd", "/ssd/shop/a.ibd", "/ssd/shop/b.ibd", "/u.ibu");
        assertThat(DonorText.missingHint(missing, false))
                .hasSize(2)
                .first()
                .asString()
                .contains("--directories='/ssd/shop;/'");
        assertThat(DonorText.missingHint(List.of("./lost.ibd"), true))
                .hasSize(3)
                .first()
                .asString()
                .startsWith("Put the files back");
    }
}

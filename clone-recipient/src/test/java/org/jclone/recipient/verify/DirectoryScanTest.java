package org.jclone.recipient.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryScanTest {

    private static final int PAGE = 16384;

    @TempDir
    Path root;

    @Test
    void numbersThePagesOfTheSystemTablespaceAcrossItsFiles() throws Exception {
        for (int i = 1; i <= 12; i++) {
            Files.write(
                    root.resolve("ibdata" + i), ByteBuffer.allocate(i * PAGE).array());
        }
        DamageList damages = new DamageList();
        List<PageFile> files = new DirectoryScan(damages).run(root, Set.of());

        assertThat(damages.count()).isZero();
        assertThat(files)
                .extracting(file -> file.path().getFileName().toString())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 12).mapToObj(i -> "ibdata" + i).toList());
        assertThat(files.get(11).region().firstPage()).isEqualTo(11 * 12 / 2);
    }
}

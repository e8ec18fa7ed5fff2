package org.jclone.recipient.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.recipient.storage.DirectReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageRangeTest {

    private static final int UNIT = 16384;

    @TempDir
    Path root;

    private DamageList check(long present, long size) throws Exception {
        Path path = Files.write(root.resolve("a"), new byte[(int) present]);
        PageFile file = new PageFile(path, FspFlags.NONE, 0, size, PageRegion.NONE);
        DamageList damages = new DamageList();
        try (DirectReader reader = DirectReader.open(path)) {
            new PageRange(file, UNIT, 0, (size + UNIT - 1) / UNIT, null)
                    .check(reader, DirectReader.allocate(2 * UNIT), 2, null, damages);
        }
        return damages;
    }

    @Test
    void readsAFileWhoseEndIsNoPage() throws Exception {
        assertThat(check(5 * UNIT + 100, 5 * UNIT + 100).count()).isZero();
        assertThat(check(5 * UNIT, 5 * UNIT).count()).isZero();
    }

    /** Something removed the end after the file was found. */
    @Test
    void aFileThatBecomesShorterIsDamage() throws Exception {
        for (long present : new long[] {0, 100, 2 * UNIT, 2 * UNIT + 1, 5 * UNIT - 1}) {
            assertThat(check(present, 5 * UNIT).first())
                    .singleElement()
                    .hasToString(root.resolve("a") + " at offset " + present
                            + ": the file has become shorter (expected: 81920 bytes)");
        }
    }
}

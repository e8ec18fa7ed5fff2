package org.jclone.recipient.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jclone.protocol.innodb.page.PageHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryScanTest {

    private static final int PAGE = 16384;

    @TempDir
    Path root;

    private static byte[] table(int spaceId, int fspSize, int pages) {
        return ByteBuffer.allocate(pages * PAGE)
                .putInt(PageHeader.SPACE_ID, spaceId)
                .putInt(PageHeader.FSP_SPACE_ID, spaceId)
                .putInt(PageHeader.FSP_SIZE, fspSize)
                .array();
    }

    private List<String> damages() throws Exception {
        DamageList damages = new DamageList();
        new DirectoryScan(damages).run(root, Set.of());
        return damages.first().stream().map(Damage::toString).toList();
    }

    @Test
    void aTablespaceThatHasLostItsEndIsDamage() throws Exception {
        Path table = root.resolve("a.ibd");
        Files.write(table, table(7, 4, 4));
        assertThat(damages()).isEmpty();
        Files.write(table, table(7, 4, 5));
        assertThat(damages()).as("not used yet").isEmpty();
        Files.write(table, table(7, 4, 3));
        assertThat(damages())
                .containsExactly(table + " page 0 (offset 0): tablespace of 49152 bytes (expected: 4 pages of 16384)");
    }

    /** A server cannot open it. Its other pages must not be taken for those of the system tablespace, nor the reverse. */
    @Test
    void aTablespaceWhosePage0IsEmptyIsDamage() throws Exception {
        Path lost = Files.write(root.resolve("a.ibd"), table(0, 0, 4));
        Files.write(root.resolve("ibdata1"), table(0, 3, 3));
        DamageList damages = new DamageList();
        List<PageFile> files = new DirectoryScan(damages).run(root, Set.of());

        assertThat(damages.first())
                .singleElement()
                .hasToString(
                        lost + " page 0 (offset 0): space id 0 in the FSP header (expected: that of a tablespace)");
        assertThat(files).singleElement().satisfies(file -> {
            assertThat(file.path()).isEqualTo(root.resolve("ibdata1"));
            assertThat(file.region().firstPage()).isZero();
        });
    }

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

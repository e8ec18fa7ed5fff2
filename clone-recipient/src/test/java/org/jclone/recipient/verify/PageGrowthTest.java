package org.jclone.recipient.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.CloneFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageGrowthTest {

    private static final int RECORD = 12;

    @TempDir
    Path root;

    private static ByteBuffer sums(int... sums) {
        ByteBuffer bytes = ByteBuffer.allocate(sums.length * Integer.BYTES);
        for (int sum : sums) {
            bytes.putInt(sum);
        }
        return bytes.flip();
    }

    private List<String> noted() throws Exception {
        List<String> noted = new ArrayList<>();
        PageGrowth growth = new PageGrowth(root);
        growth.drain((file, page, sum) -> noted.add(file + ":" + page + "=" + sum));
        growth.close();
        return noted;
    }

    /** A disk that became full may have torn the last record. */
    @Test
    void appendsBehindTheLastCompleteRecord() throws Exception {
        Path path = Files.createDirectories(root.resolve("#clone")).resolve("jclone-page-growth");
        PageGrowth growth = new PageGrowth(root);
        growth.write(1, 70, sums(11, 12));
        growth.close();
        Files.write(path, Arrays.copyOf(Files.readAllBytes(path), 2 * RECORD - 5));

        PageGrowth resumed = new PageGrowth(root);
        resumed.write(2, 80, sums(21, 22));
        resumed.close();

        assertThat(noted()).containsExactly("1:70=11", "2:80=21", "2:81=22");
    }

    @Test
    void isDeletedWhenTheSumsAreInTheirSlots() throws Exception {
        Files.createDirectories(root.resolve("#clone"));
        try (PageSums sums = PageSums.open(root)) {
            sums.writeGrowth(1, 3, sums(31));
            sums.settleGrowth(Map.of(1, 100L));

            assertThat(slot(sums, 103)).isEqualTo(31);
            assertThat(CloneFolder.in(root).pageGrowth()).doesNotExist();
        }
    }

    private static int slot(PageSums sums, long slot) throws StorageException {
        ByteBuffer sum = ByteBuffer.allocate(Integer.BYTES);
        sums.read(slot, sum);
        return sum.getInt(0);
    }
}

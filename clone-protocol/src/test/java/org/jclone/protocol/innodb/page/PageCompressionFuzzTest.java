package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Page compression; the first byte selects zlib or LZ4. The rest is the page's complete compressed data.
 */
class PageCompressionFuzzTest {

    private static final int PAGE = 4096;
    private static final int DATA = PAGE - PageHeader.DATA;

    static Stream<Arguments> seeds() {
        byte[] zlib = new byte[PAGE];
        Deflater deflater = new Deflater();
        deflater.setInput(new byte[DATA]);
        deflater.finish();
        int length = deflater.deflate(zlib, 1, PAGE - 1);
        deflater.end();
        zlib[0] = PageHeader.ALGORITHM_ZLIB;
        // One literal, then one match for the rest at distance one: 15 + 15 * 255 + 213 + 4 = 4057.
        byte[] lz4 = new byte[21];
        Arrays.fill(lz4, 5, 20, (byte) 255);
        System.arraycopy(new byte[] {PageHeader.ALGORITHM_LZ4, 0x1f, 0, 1, 0}, 0, lz4, 0, 5);
        lz4[20] = (byte) (DATA - 1 - 4 - 15 - 15 * 255);
        return Stream.of(Arguments.of(Arrays.copyOf(zlib, 1 + length)), Arguments.of(lz4));
    }

    @MethodSource("seeds")
    @FuzzTest
    void page(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        int length = Math.min(bytes.length - 1, DATA);
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        page.put(PageHeader.COMPRESSION_VERSION, (byte) 2)
                .put(PageHeader.COMPRESSION_ALGORITHM, bytes[0])
                .putShort(PageHeader.COMPRESSION_ORIGINAL_LENGTH, (short) DATA)
                .putShort(PageHeader.COMPRESSION_LENGTH, (short) length)
                .put(PageHeader.DATA, bytes, 1, length);
        Optional<ByteBuffer> original = PageCompression.decompress(page);
        original.ifPresent(whole -> assertThat(whole.limit()).isEqualTo(PAGE));
        assertThat(PageCompression.decompress(page)).isEqualTo(original);
        assertThat(PageCompression.describe(page)).contains("version 2");
    }
}

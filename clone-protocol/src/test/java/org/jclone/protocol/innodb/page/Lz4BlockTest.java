package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class Lz4BlockTest {

    private static final byte[] REPEATED = Hex.bytes("""
            35 616263 0300      # 3 literals "abc", then 5 + 4 bytes from 3 back
            10 78               # 1 literal "x"
            """);

    @Test
    void copiesLiteralsAndOverlappingMatches() {
        assertThat(decompressed(REPEATED, 13)).isEqualTo("abcabcabcabcx");
    }

    @Test
    void addsTheExtensionBytesOfLongCounts() {
        byte[] block = Hex.bytes("""
                1f 7a 0100 ff 02         # "z", then 15 + 255 + 2 + 4 more
                50 68656c6c6f            # "hello"
                """);

        assertThat(decompressed(block, 1 + 276 + 5)).isEqualTo("z".repeat(277) + "hello");
        assertThat(decompressed(Hex.bytes("f0 00 61*15"), 15)).isEqualTo("a".repeat(15));
        assertThat(decompressed(Hex.bytes("f0 ff01 61*271"), 271)).isEqualTo("a".repeat(271));
    }

    @Test
    void rejectsEveryTruncationAndEveryOtherLength() {
        for (int length = 0; length < REPEATED.length; length++) {
            assertThat(decompressed(Arrays.copyOf(REPEATED, length), 13))
                    .as("%d bytes", length)
                    .isNull();
        }
        assertThat(decompressed(REPEATED, 12)).isNull();
        assertThat(decompressed(REPEATED, 14)).isNull();
    }

    @Test
    void rejectsMatchesBeforeTheStartOrWithDistanceZero() {
        assertThat(decompressed(Hex.bytes("35 616263 0400 10 78"), 13)).isNull();
        assertThat(decompressed(Hex.bytes("35 616263 0000 10 78"), 13)).isNull();
        assertThat(decompressed(Hex.bytes("05 0100 10 78"), 10)).isNull();
    }

    private static String decompressed(byte[] block, int length) {
        ByteBuffer to = ByteBuffer.allocate(length);
        return Lz4Block.decompress(ByteBuffer.wrap(block), to)
                ? new String(to.array(), StandardCharsets.US_ASCII)
                : null;
    }
}

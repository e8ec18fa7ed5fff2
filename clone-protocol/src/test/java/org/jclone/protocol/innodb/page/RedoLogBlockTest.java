package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class RedoLogBlockTest {

    private static final RedoLogBlock FIRST = new RedoLogBlock(0xa7cf, 512, false, 0x2a, 1);

    @Test
    void readsTheFirstBlockOfALog() {
        ByteBuffer block = ByteBuffer.allocate(512).put(0, Hex.bytes("0000a7cf 0200 002a 00000001"));

        assertThat(RedoLogBlock.read(block)).isEqualTo(FIRST);
        assertThat(FIRST.isFull()).isTrue();
        assertThat(RedoLogBlock.hasValidChecksum(block)).isFalse();
    }

    @Test
    void writesHeaderAndChecksumAroundTheData() {
        ByteBuffer file = ByteBuffer.allocate(1024);
        Arrays.fill(file.array(), (byte) 0x77);

        FIRST.writeTo(file.position(512));

        assertThat(Hex.dump(Arrays.copyOfRange(file.array(), 512, 525))).isEqualTo("0000a7cf0200002a0000000177");
        assertThat(RedoLogBlock.hasValidChecksum(file)).isTrue();
        assertThat(RedoLogBlock.read(file)).isEqualTo(FIRST);
        file.put(600, (byte) 0);
        assertThat(RedoLogBlock.hasValidChecksum(file)).isFalse();
        file.putInt(1020, RedoLogBlock.NO_CHECKSUM);
        assertThat(RedoLogBlock.hasValidChecksum(file)).isTrue();
        assertThat(file.get(511)).isEqualTo((byte) 0x77);
    }

    @Test
    void separatesTheEncryptionBit() {
        RedoLogBlock block = new RedoLogBlock(0xffff_ffffL, 0x7fff, true, 0xffff, 0xffff_ffffL);
        ByteBuffer bytes = ByteBuffer.allocate(512);

        block.writeTo(bytes);

        assertThat(Hex.dump(Arrays.copyOf(bytes.array(), 12))).isEqualTo("ffffffffffffffffffffffff");
        assertThat(RedoLogBlock.read(bytes)).isEqualTo(block);
        assertThatIllegalArgumentException().isThrownBy(() -> new RedoLogBlock(1, 0x8000, false, 0, 1));
    }

    @Test
    void numbersBlocksByTheirLsn() {
        assertThat(RedoLogBlock.numberAt(0x14f9c00)).isEqualTo(0xa7cf);
        assertThat(RedoLogBlock.numberAt(0x14f9c48)).isEqualTo(0xa7cf);
        assertThat(RedoLogBlock.epochAt(0x14f9c00)).isEqualTo(1);
        long endOfEpoch = 512L << 30;
        assertThat(RedoLogBlock.numberAt(endOfEpoch - 1)).isEqualTo(1 << 30);
        assertThat(RedoLogBlock.epochAt(endOfEpoch - 1)).isEqualTo(1);
        assertThat(RedoLogBlock.numberAt(endOfEpoch)).isEqualTo(1);
        assertThat(RedoLogBlock.epochAt(endOfEpoch)).isEqualTo(2);
    }
}

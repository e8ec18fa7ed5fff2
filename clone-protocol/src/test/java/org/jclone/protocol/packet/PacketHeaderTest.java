package org.jclone.protocol.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jclone.protocol.GoldenBytes;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class PacketHeaderTest {

    private static final byte[] GOLDEN = Hex.bytes("820000 01   # 130 bytes, sequence id 1");

    @Test
    void hasTheGoldenBytes() {
        GoldenBytes.assertEncodesAndDecodes(PacketHeader.CODEC, new PacketHeader(130, 1), GOLDEN);
    }

    @Test
    void encodesAndDecodesTheLargestValues() {
        GoldenBytes.assertEncodesAndDecodes(
                PacketHeader.CODEC, new PacketHeader(0xffffff, 0xff), Hex.bytes("ffffff ff"));
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        GoldenBytes.assertRejectsEveryTruncation(PacketHeader.CODEC::decode, GOLDEN);
        GoldenBytes.assertRejectsTrailingByte(PacketHeader.CODEC::decode, GOLDEN);
    }

    @Test
    void isLastUnlessFull() {
        assertThat(new PacketHeader(0, 3).isLast()).isTrue();
        assertThat(new PacketHeader(PacketHeader.MAX_PAYLOAD_LENGTH - 1, 3).isLast())
                .isTrue();
        assertThat(new PacketHeader(PacketHeader.MAX_PAYLOAD_LENGTH, 3).isLast())
                .isFalse();
    }

    @Test
    void rejectsValuesOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PacketHeader(0x1000000, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PacketHeader(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PacketHeader(0, 256));
    }
}

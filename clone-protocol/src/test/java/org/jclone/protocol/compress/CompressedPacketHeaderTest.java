package org.jclone.protocol.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.Unpooled;
import org.jclone.protocol.GoldenBytes;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class CompressedPacketHeaderTest {

    /** Worked example C12 of the specification: 52 bytes of COM_INIT in 33. */
    private static final byte[] COMPRESSED = Hex.bytes("""
            210000   # bodyLength 33
            00       # sequenceId 0
            340000   # uncompressedLength 52
            """);

    private static final CompressedPacketHeader MESSAGE = new CompressedPacketHeader(33, 0, 52);

    @Test
    void encodesAndDecodesTheGoldenBytes() {
        GoldenBytes.assertEncodesAndDecodes(CompressedPacketHeader.CODEC, MESSAGE, COMPRESSED);
        GoldenBytes.assertEncodesAndDecodes(
                CompressedPacketHeader.CODEC,
                new CompressedPacketHeader(0xffffff, 0xff, 0xfffffe),
                Hex.bytes("ffffff ff feffff"));
    }

    @Test
    void distinguishesStoredAndCompressedBodies() {
        assertThat(MESSAGE.isStored()).isFalse();
        assertThat(CompressedPacketHeader.CODEC
                        .decode(Unpooled.wrappedBuffer(Hex.bytes("050000 00 000000")))
                        .isStored())
                .isTrue();
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        GoldenBytes.assertRejectsEveryTruncation(CompressedPacketHeader.CODEC::decode, COMPRESSED);
        GoldenBytes.assertRejectsTrailingByte(CompressedPacketHeader.CODEC::decode, COMPRESSED);
    }

    @Test
    void rejectsAnEmptyBody() {
        GoldenBytes.assertMalformed(
                CompressedPacketHeader.CODEC::decode, Hex.bytes("000000 00 000000"), "bodyLength", 3);
    }

    @Test
    void rejectsValuesThatCannotBeEncoded() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CompressedPacketHeader(0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new CompressedPacketHeader(0x1000000, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new CompressedPacketHeader(1, 256, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new CompressedPacketHeader(1, 0, 0x1000000));
        assertThatIllegalArgumentException().isThrownBy(() -> new CompressedPacketHeader(1, 0, -1));
    }
}

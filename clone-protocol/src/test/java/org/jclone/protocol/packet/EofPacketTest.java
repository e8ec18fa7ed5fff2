package org.jclone.protocol.packet;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jclone.protocol.GoldenBytes;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class EofPacketTest {

    private static final byte[] GOLDEN = Hex.bytes("""
            fe      # header
            0100    # one warning
            0200    # autocommit
            """);

    @Test
    void hasTheGoldenBytes() {
        GoldenBytes.assertEncodesAndDecodes(
                EofPacket.CODEC, new EofPacket(1, ServerStatus.SERVER_STATUS_AUTOCOMMIT), GOLDEN);
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        GoldenBytes.assertRejectsEveryTruncation(EofPacket.CODEC::decode, GOLDEN);
        GoldenBytes.assertRejectsTrailingByte(EofPacket.CODEC::decode, GOLDEN);
    }

    @Test
    void rejectsValuesOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> new EofPacket(0x10000, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new EofPacket(0, -1));
    }
}

package org.jclone.protocol.packet;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jclone.protocol.CodecAssert;
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
        CodecAssert.assertGolden(EofPacket.CODEC, new EofPacket(1, ServerStatus.SERVER_STATUS_AUTOCOMMIT), GOLDEN);
    }

    @Test
    void rejectsEveryTruncationAndOneByteTooMany() {
        CodecAssert.assertRejectsEveryTruncationAndOneByteTooMany(EofPacket.CODEC, GOLDEN);
    }

    @Test
    void refusesValuesThatDoNotFit() {
        assertThatIllegalArgumentException().isThrownBy(() -> new EofPacket(0x10000, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new EofPacket(0, -1));
    }
}

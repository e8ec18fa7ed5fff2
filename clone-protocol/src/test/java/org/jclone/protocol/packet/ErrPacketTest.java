package org.jclone.protocol.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jclone.protocol.GoldenBytes;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class ErrPacketTest {

    /** Example C2 of the protocol document. */
    private static final byte[] DENIED = Hex.bytes("""
            ff cb04         # header, 1227
            23 3432303030   # '#', 42000
            64656e696564    # denied
            """);

    private static final byte[] WITHOUT_SQL_STATE = Hex.bytes("""
            ff 1004                     # header, 1040
            546f6f206d616e79            # Too many
            """);

    @Test
    void hasTheGoldenBytesWithSqlState() {
        GoldenBytes.assertEncodesAndDecodes(ErrPacket.CODEC, new ErrPacket(1227, "42000", "denied"), DENIED);
    }

    @Test
    void hasTheGoldenBytesWithoutSqlState() {
        GoldenBytes.assertEncodesAndDecodes(ErrPacket.CODEC, new ErrPacket(1040, "", "Too many"), WITHOUT_SQL_STATE);
    }

    @Test
    void rejectsTruncationsBeforeTheMessage() {
        GoldenBytes.assertRejectsEveryTruncation(ErrPacket.CODEC::decode, Arrays.copyOf(DENIED, 3));
        for (int n = 4; n < 9; n++) {
            assertThat(GoldenBytes.assertMalformed(ErrPacket.CODEC::decode, Arrays.copyOf(DENIED, n))
                            .field())
                    .isEqualTo("sqlState");
        }
        GoldenBytes.assertDecodes(ErrPacket.CODEC::decode, Arrays.copyOf(DENIED, 3), new ErrPacket(1227, "", ""));
        GoldenBytes.assertDecodes(ErrPacket.CODEC::decode, Arrays.copyOf(DENIED, 9), new ErrPacket(1227, "42000", ""));
    }

    @Test
    void rejectsASqlStateWithOtherCharacters() {
        assertThat(GoldenBytes.assertMalformed(ErrPacket.CODEC::decode, Hex.bytes("ff cb04 23 34320a3030")))
                .hasMessage("ErrPacket.sqlState at offset 4: not five letters and digits");
    }

    @Test
    void limitsTheLengthOfTheMessage() {
        byte[] endless = Arrays.copyOf(DENIED, 9 + 4097);
        assertThat(GoldenBytes.assertMalformed(ErrPacket.CODEC::decode, endless))
                .hasMessage("ErrPacket.message at offset 9: length 4097 (expected: <= 4096)");
    }

    @Test
    void replacesInvalidUtf8() {
        GoldenBytes.assertDecodes(
                ErrPacket.CODEC::decode,
                Hex.bytes("ff cb04 23 3432303030 61 ff 62"),
                new ErrPacket(1227, "42000", "a\ufffdb"));
    }

    @Test
    void rejectsValuesThatCouldNotBeDecoded() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ErrPacket(0x10000, "", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new ErrPacket(1, "4200", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new ErrPacket(1, "", "#42000"));
    }

    @Test
    void isRecognizedByItsFirstByte() {
        assertThat(ErrPacket.isErr(Unpooled.wrappedBuffer(DENIED))).isTrue();
        assertThat(ErrPacket.isErr(Unpooled.wrappedBuffer(Hex.bytes("00 00 00 0200 0000"))))
                .isFalse();
        assertThat(ErrPacket.isErr(Unpooled.EMPTY_BUFFER)).isFalse();
    }
}

package org.jclone.protocol.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jclone.protocol.GoldenBytes;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class ColumnDefinition41Test {

    private static final byte[] GOLDEN = Hex.bytes("""
            03 646566      # catalog def
            01 73          # schema s
            01 74          # table t
            02 7430        # orgTable t0
            01 63          # name c
            02 6330        # orgName c0
            0c             # fixedLength
            ff00           # characterSet 255
            78563412       # columnLength
            fd             # type VAR_STRING
            0110           # flags
            1f             # decimals
            0000           # filler
            """);

    private static final ColumnDefinition41 MESSAGE =
            new ColumnDefinition41("def", "s", "t", "t0", "c", "c0", 255, 0x12345678L, 253, 0x1001, 31);

    @Test
    void hasTheGoldenBytes() {
        GoldenBytes.assertEncodesAndDecodes(ColumnDefinition41.CODEC, MESSAGE, GOLDEN);
    }

    @Test
    void hasTheGoldenBytesOfAnExpression() {
        GoldenBytes.assertEncodesAndDecodes(
                ColumnDefinition41.CODEC,
                ColumnDefinition41.text("@@version"),
                Hex.bytes("03646566 00 00 00 09404076657273696f6e 00 0c ff00 ffff0000 fd 0000 1f 0000"));
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        GoldenBytes.assertRejectsEveryTruncation(ColumnDefinition41.CODEC::decode, GOLDEN);
        GoldenBytes.assertRejectsTrailingByte(ColumnDefinition41.CODEC::decode, GOLDEN);
    }

    @Test
    void rejectsAnotherLengthOfTheFixedPart() {
        byte[] longer = GOLDEN.clone();
        longer[16] = 0x0d;
        assertThat(GoldenBytes.assertMalformed(ColumnDefinition41.CODEC::decode, longer))
                .hasMessage("ColumnDefinition41.fixedLength at offset 16: 13 (expected: 12)");
    }

    @Test
    void rejectsALengthBeyondThePacketBeforeReadingIt() {
        assertThat(GoldenBytes.assertMalformed(ColumnDefinition41.CODEC::decode, Hex.bytes("fe ffffffffffffff7f 00")))
                .hasMessageContaining("length 9223372036854775807 (expected: <= 1 remaining bytes)");
    }

    @Test
    void rejectsValuesOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ColumnDefinition41("", "", "", "", "", "", 0, 0, 256, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ColumnDefinition41("", "", "", "", "", "", 0, -1, 0, 0, 0));
    }
}

package org.jclone.protocol.innodb.descriptor;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.jclone.protocol.GoldenBytes.assertDecodes;
import static org.jclone.protocol.GoldenBytes.assertEncodesAndDecodes;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsEveryTruncation;
import static org.jclone.protocol.GoldenBytes.assertRejectsTrailingByte;

import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class TaskDescriptorTest {

    private static final byte[] GOLDEN = Hex.bytes("""
            00000064 00000018 00000002    # version 100, length 24, type 2
            00000000 00000000 00000000    # task 0, chunk and block 0
            """);
    private static final TaskDescriptor MESSAGE = new TaskDescriptor(100, 0, 0, 0);

    @Test
    void encodesAndDecodesTheGoldenBytes() {
        assertEncodesAndDecodes(TaskDescriptor.CODEC, MESSAGE, GOLDEN);
    }

    @Test
    void encodesAndDecodesTheHighestValues() {
        assertEncodesAndDecodes(
                TaskDescriptor.CODEC,
                new TaskDescriptor(100, 0xffff_fffeL, 0x8000_0000L, 0x7fff_ffffL),
                Hex.bytes("00000064 00000018 00000002 fffffffe 80000000 7fffffff"));
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        assertRejectsEveryTruncation(TaskDescriptor.CODEC::decode, GOLDEN);
        assertRejectsTrailingByte(TaskDescriptor.CODEC::decode, GOLDEN);
    }

    @Test
    void ignoresFieldsThatAFutureVersionAdds() {
        assertDecodes(
                TaskDescriptor.CODEC::decode,
                Hex.bytes("00000064 0000001a 00000002 00000000 00000000 00000000 beef"),
                MESSAGE);
    }

    @Test
    void rejectsAHeaderOfAnotherType() {
        assertMalformed(
                TaskDescriptor.CODEC::decode,
                Hex.bytes("00000064 00000018 00000003 00000000 00000000 00000000"),
                "type",
                8);
    }

    @Test
    void rejectsAHeaderLengthThatIsTooSmall() {
        assertMalformed(
                TaskDescriptor.CODEC::decode,
                Hex.bytes("00000064 00000017 00000002 00000000 00000000 00000000"),
                "length",
                4);
    }

    @Test
    void rejectsValuesOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TaskDescriptor(100, 1L << 32, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TaskDescriptor(100, 0, -1, 0));
    }
}

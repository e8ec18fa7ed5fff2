package org.jclone.protocol.innodb.descriptor;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.jclone.protocol.GoldenBytes.assertDecodes;
import static org.jclone.protocol.GoldenBytes.assertEncodesAndDecodes;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsEveryTruncation;
import static org.jclone.protocol.GoldenBytes.assertRejectsTrailingByte;

import java.util.Arrays;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class DataDescriptorTest {

    private static final byte[] GOLDEN = Hex.bytes("""
            00000064 00000034 00000005    # version 100, length 52, type 5
            00000002 00000000             # FILE_COPY, task 0
            00000002 00000002             # chunk 2, block 2
            00000001                      # file 1
            00100000                      # 1 MiB
            0000000000100000              # at 1 MiB
            0000000000c00000              # of 12 MiB
            """);
    private static final DataDescriptor MESSAGE =
            new DataDescriptor(100, SnapshotState.FILE_COPY, 0, 2, 2, 1, 1 << 20, 1 << 20, 12 << 20);

    @Test
    void encodesAndDecodesABlockOfFileCopy() {
        assertEncodesAndDecodes(DataDescriptor.CODEC, MESSAGE, GOLDEN);
    }

    @Test
    void encodesAndDecodesTheBufferPoolDump() {
        assertEncodesAndDecodes(
                DataDescriptor.CODEC,
                new DataDescriptor(100, SnapshotState.FILE_COPY, 0, 1, 1, 0, 0x18dc, 0, 0x18dc),
                Hex.bytes("""
                        00000064 00000034 00000005 00000002 00000000 00000001 00000001 00000000 000018dc
                        0000000000000000 00000000000018dc
                        """));
    }

    @Test
    void encodesAndDecodesAPageOfPageCopy() {
        assertEncodesAndDecodes(
                DataDescriptor.CODEC,
                new DataDescriptor(100, SnapshotState.PAGE_COPY, 0, 1, 1, 1, 16384, 5 * 16384, 12 << 20),
                Hex.bytes("""
                        00000064 00000034 00000005 00000003 00000000 00000001 00000001 00000001 00004000
                        0000000000014000 0000000000c00000
                        """));
    }

    @Test
    void encodesAndDecodesTheRedoHeader() {
        assertEncodesAndDecodes(
                DataDescriptor.CODEC,
                new DataDescriptor(100, SnapshotState.REDO_COPY, 0, 2, 1, 0, 2048, 0, 0xe00),
                Hex.bytes("""
                        00000064 00000034 00000005 00000004 00000000 00000002 00000001 00000000 00000800
                        0000000000000000 0000000000000e00
                        """));
    }

    @Test
    void encodesAndDecodesTheHighestValues() {
        assertEncodesAndDecodes(
                DataDescriptor.CODEC,
                new DataDescriptor(
                        100,
                        SnapshotState.DONE,
                        0xffff_ffffL,
                        0x8000_0000L,
                        0x7fff_ffffL,
                        0xffff_ffffL,
                        0xffff_ffffL,
                        Long.MAX_VALUE,
                        Long.MAX_VALUE),
                Hex.bytes("""
                        00000064 00000034 00000005 00000005 ffffffff 80000000 7fffffff ffffffff ffffffff
                        7fffffffffffffff 7fffffffffffffff
                        """));
    }

    @Test
    void rejectsAnotherVersion() {
        byte[] later = GOLDEN.clone();
        later[3] = 101;
        assertMalformed(DataDescriptor.CODEC::decode, later, "version", 0);
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        assertRejectsEveryTruncation(DataDescriptor.CODEC::decode, GOLDEN);
        assertRejectsTrailingByte(DataDescriptor.CODEC::decode, GOLDEN);
    }

    @Test
    void ignoresFieldsThatAFutureVersionAdds() {
        byte[] longer = Arrays.copyOf(GOLDEN, 60);
        longer[7] = 60;
        assertDecodes(DataDescriptor.CODEC::decode, longer, MESSAGE);
    }

    @Test
    void rejectsOffsetsAndSizesAboveTheSignedRange() {
        byte[] offset = GOLDEN.clone();
        offset[36] = (byte) 0xff;
        assertMalformed(DataDescriptor.CODEC::decode, offset, "fileOffset", 36);
        byte[] size = GOLDEN.clone();
        size[44] = (byte) 0x80;
        assertMalformed(DataDescriptor.CODEC::decode, size, "fileSize", 44);
    }

    @Test
    void rejectsUnknownStates() {
        byte[] unknown = GOLDEN.clone();
        unknown[12] = 1;
        assertMalformed(DataDescriptor.CODEC::decode, unknown, "state", 12);
    }

    @Test
    void rejectsValuesOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DataDescriptor(100, SnapshotState.FILE_COPY, 0, 1, 1, 0, -1, 0, 0));
    }
}

package org.jclone.protocol.innodb.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.jclone.protocol.GoldenBytes.assertDecodes;
import static org.jclone.protocol.GoldenBytes.assertEncodes;
import static org.jclone.protocol.GoldenBytes.assertEncodesAndDecodes;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsEveryTruncation;
import static org.jclone.protocol.GoldenBytes.assertRejectsTrailingByte;

import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class StateDescriptorTest {

    private static final byte[] START_OF_FILE_COPY = Hex.bytes("""
            00000064 0000002e 00000003    # version 100, length 46, type 3
            00000002 00000000             # FILE_COPY, task 0
            0000000e 0000000e             # 14 chunks, 14 files
            00000000061f78dc              # 102725852 bytes
            00000000161cb8dc              # 370981084 bytes on disk
            0001                          # START
            """);
    private static final StateDescriptor MESSAGE =
            new StateDescriptor(100, SnapshotState.FILE_COPY, 0, 14, 14, 102725852, 370981084, StateDescriptor.START);

    @Test
    void encodesAndDecodesTheStartOfFileCopy() {
        assertEncodesAndDecodes(StateDescriptor.CODEC, MESSAGE, START_OF_FILE_COPY);
        assertThat(MESSAGE.isStart()).isTrue();
        assertThat(MESSAGE.isAck()).isFalse();
    }

    @Test
    void encodesAndDecodesTheEndOfInit() {
        StateDescriptor endOfInit = new StateDescriptor(100, SnapshotState.INIT, 0, 0, 0, 0, 0, 0);

        assertEncodesAndDecodes(
                StateDescriptor.CODEC,
                endOfInit,
                Hex.bytes("00000064 0000002e 00000003 00000001 00000000 00000000 00000000 00*16 0000"));
        assertThat(endOfInit.isStart()).isFalse();
        assertThat(endOfInit.isAck()).isFalse();
    }

    @Test
    void encodesAndDecodesTheStartOfDone() {
        assertEncodesAndDecodes(
                StateDescriptor.CODEC,
                new StateDescriptor(100, SnapshotState.DONE, 0, 0, 0, 0, 370981084, StateDescriptor.START),
                Hex.bytes("""
                        00000064 0000002e 00000003 00000005 00000000 00000000 00000000
                        0000000000000000 00000000161cb8dc 0001
                        """));
    }

    @Test
    void acknowledgesWithTheSameFieldsExceptTheFlags() {
        StateDescriptor end = new StateDescriptor(100, SnapshotState.FILE_COPY, 0, 14, 14, 0, 0, 0);

        assertEncodes(
                end.acknowledged()::encode,
                Hex.bytes("00000064 0000002e 00000003 00000002 00000000 0000000e 0000000e 00*16 0002"));
        assertThat(end.acknowledged().isAck()).isTrue();
        assertThat(MESSAGE.acknowledged().isStart()).isFalse();
    }

    @Test
    void aKeepAliveIsBothStartAndAck() {
        StateDescriptor keepAlive = StateDescriptor.CODEC.decode(Unpooled.wrappedBuffer(
                Hex.bytes("00000064 0000002e 00000003 00000002 00000000 00000008 00000007 00*16 0003")));

        assertThat(keepAlive).isEqualTo(new StateDescriptor(100, SnapshotState.FILE_COPY, 0, 8, 7, 0, 0, 3));
        assertThat(keepAlive.isAck()).isTrue();
        assertThat(keepAlive.isStart()).isTrue();
    }

    @Test
    void encodesAndDecodesTheHighestValues() {
        assertEncodesAndDecodes(
                StateDescriptor.CODEC,
                new StateDescriptor(
                        100,
                        SnapshotState.NONE,
                        0xffff_ffffL,
                        0x8000_0000L,
                        0x7fff_ffffL,
                        Long.MAX_VALUE,
                        1L << 32,
                        0xffff),
                Hex.bytes("""
                        00000064 0000002e 00000003 00000000 ffffffff 80000000 7fffffff
                        7fffffffffffffff 0000000100000000 ffff
                        """));
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        assertRejectsEveryTruncation(StateDescriptor.CODEC::decode, START_OF_FILE_COPY);
        assertRejectsTrailingByte(StateDescriptor.CODEC::decode, START_OF_FILE_COPY);
    }

    @Test
    void rejectsTheLayoutsOfForksAndOldReleases() {
        byte[] longer = Arrays.copyOf(START_OF_FILE_COPY, 54);
        longer[7] = 54;
        assertMalformed(StateDescriptor.CODEC::decode, longer, "length", 4);
        byte[] shorter = Arrays.copyOf(START_OF_FILE_COPY, 38);
        shorter[7] = 38;
        assertMalformed(StateDescriptor.CODEC::decode, shorter, "length", 4);
    }

    @Test
    void rejectsUnknownStates() {
        byte[] unknown = START_OF_FILE_COPY.clone();
        unknown[15] = 6;
        assertMalformed(StateDescriptor.CODEC::decode, unknown, "state", 12);
    }

    @Test
    void rejectsEstimatesAboveTheSignedRange() {
        byte[] huge = START_OF_FILE_COPY.clone();
        huge[28] = (byte) 0x80;
        assertMalformed(StateDescriptor.CODEC::decode, huge, "estimatedBytes", 28);
    }

    @Test
    void rejectsValuesOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StateDescriptor(100, SnapshotState.INIT, 0, 0, 0, -1, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StateDescriptor(100, SnapshotState.INIT, 0, 0, 0, 0, 0, 0x10000));
    }

    @Test
    void decodesThroughCloneDescriptor() {
        assertDecodes(CloneDescriptor::decode, START_OF_FILE_COPY, MESSAGE);
    }
}

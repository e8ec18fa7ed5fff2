package org.jclone.protocol.clone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.jclone.protocol.GoldenBytes.assertEncodesAndDecodes;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsEveryTruncation;
import static org.jclone.protocol.GoldenBytes.assertRejectsTrailingByte;
import static org.jclone.protocol.GoldenBytes.payload;

import java.util.Optional;
import org.jclone.protocol.Hex;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class AckCommandTest {

    private static final Locator LOCATOR = new Locator(100, 1, 2, 0, SnapshotState.INIT, false, Optional.empty());
    private static final StateDescriptor END_OF_INIT = new StateDescriptor(100, SnapshotState.INIT, 0, 0, 0, 0, 0, 0);

    private static final byte[] OF_INIT = payload(Hex.bytes("""
            5e 00 00 00  05  00 00 00 00                  # no error
            0c 22 00 00 00                                # InnoDB, 34
            00 00 00 64 00 00 00 22 00 00 00 01
            00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 02  00 00 00 00  01  00
            2e 00 00 00                                   # 46
            00 00 00 64 00 00 00 2e 00 00 00 03
            00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00  00*16  00 02
            """));

    private static final byte[] OF_FAILURE = payload(Hex.bytes("""
            30 00 00 00  05  86 04 00 00  0c 22 00 00 00  # 1158
            00 00 00 64 00 00 00 22 00 00 00 01
            00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 02  00 00 00 00  01  00
            00 00 00 00                                   # no descriptor
            """));

    @Test
    void encodesAndDecodesTheAcknowledgementOfInit() {
        AckCommand ack = AckCommand.of(LOCATOR, END_OF_INIT);

        assertEncodesAndDecodes(AckCommand.CODEC, ack, OF_INIT);
        assertThat(ack.locator().innodbLocator()).isEqualTo(LOCATOR);
        assertThat(ack.stateDescriptor()).isEqualTo(END_OF_INIT.acknowledged());
    }

    @Test
    void encodesAndDecodesTheAcknowledgementOfFileCopy() {
        assertEncodesAndDecodes(
                AckCommand.CODEC,
                AckCommand.of(LOCATOR, new StateDescriptor(100, SnapshotState.FILE_COPY, 0, 14, 14, 0, 0, 0)),
                Hex.bytes("""
                        05 00000000 0c 22000000
                        00000064 00000022 00000001 0000000000000001 0000000000000002 00000000 01 00
                        2e000000
                        00000064 0000002e 00000003 00000002 00000000 0000000e 0000000e
                        0000000000000000 0000000000000000 0002
                        """));
    }

    @Test
    void encodesAndDecodesTheReportOfAFailure() {
        assertEncodesAndDecodes(
                AckCommand.CODEC, AckCommand.ofFailure(LOCATOR, CloneError.ER_NET_READ_ERROR), OF_FAILURE);
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        assertRejectsEveryTruncation(AckCommand.CODEC::decode, OF_INIT);
        assertRejectsTrailingByte(AckCommand.CODEC::decode, OF_INIT);
        assertRejectsEveryTruncation(AckCommand.CODEC::decode, OF_FAILURE);
        assertRejectsTrailingByte(AckCommand.CODEC::decode, OF_FAILURE);
    }

    @Test
    void rejectsAnEmptyDescriptorWithoutError() {
        byte[] bytes = OF_FAILURE.clone();
        bytes[1] = 0;
        bytes[2] = 0;
        assertMalformed(AckCommand.CODEC::decode, bytes, "descriptorLength", 44);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AckCommand(0, LocatorEntry.innodb(LOCATOR), Bytes.EMPTY));
    }

    @Test
    void aFailureHasNoState() {
        assertMalformed(in -> AckCommand.ofFailure(LOCATOR, 1317).stateDescriptor(), new byte[0], "version", 0);
    }

    @Test
    void encodesAndDecodesTheHighestErrorCode() {
        assertEncodesAndDecodes(
                AckCommand.CODEC,
                new AckCommand(0xffff_ffffL, new LocatorEntry(0, Bytes.EMPTY), Bytes.EMPTY),
                Hex.bytes("05 ffffffff 00 00000000 00000000"));
    }
}

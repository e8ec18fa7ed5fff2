package org.jclone.protocol.clone.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.jclone.protocol.GoldenBytes.assertEncodesAndDecodes;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsEveryTruncation;
import static org.jclone.protocol.GoldenBytes.assertRejectsTrailingByte;
import static org.jclone.protocol.GoldenBytes.payload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.Hex;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.descriptor.TaskDescriptor;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class CloneResponseTest {

    private static final byte[] LOCATORS = payload(Hex.bytes("""
            2c 00 00 00  01  03 01 00 00  0c  22 00 00 00      # V4, InnoDB, 34
            00 00 00 64 00 00 00 22 00 00 00 01
            00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 02  00 00 00 00  01  00
            """));

    private static final byte[] TASK = payload(Hex.bytes("""
            1b 00 00 00  02 0c 00
            00 00 00 64 00 00 00 18 00 00 00 02  00 00 00 00 00 00 00 00 00 00 00 00
            """));

    private static final byte[] ERROR = payload(Hex.bytes("09 00 00 00  64  32 0e 00 00  62 75 73 79"));

    @Test
    void encodesAndDecodesLocators() {
        Locator locator = new Locator(100, 1, 2, 0, SnapshotState.INIT, false, Optional.empty());

        assertEncodesAndDecodes(
                LocatorsResponse.CODEC, new LocatorsResponse(0x0103, List.of(LocatorEntry.innodb(locator))), LOCATORS);
        assertRejectsTrailingByte(CloneResponse::decode, LOCATORS);
        assertMalformed(CloneResponse::decode, Hex.bytes("01 030100"), "protocolVersion", 1);
        assertMalformed(CloneResponse::decode, Hex.bytes("01 03010000 0c 02000000 00"), "locator", 10);
    }

    @Test
    void rejectsAnEmptyLocatorOfTheDonor() {
        assertMalformed(CloneResponse::decode, Hex.bytes("01 03010000 0c 00000000"), "locators", 5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LocatorsResponse(0x0103, List.of(new LocatorEntry(12, Bytes.EMPTY))));
    }

    @Test
    void rejectsAVersionAboveTheSignedRange() {
        assertMalformed(CloneResponse::decode, Hex.bytes("01 000000ff"), "protocolVersion", 1);
    }

    @Test
    void encodesAndDecodesTheTaskAtTheStart() {
        assertEncodesAndDecodes(
                DataDescriptorResponse.CODEC, DataDescriptorResponse.innodb(new TaskDescriptor(100, 0, 0, 0)), TASK);
        assertRejectsEveryTruncation(CloneResponse::decode, TASK);
        assertRejectsTrailingByte(CloneResponse::decode, TASK);
    }

    @Test
    void encodesAndDecodesTheEndOfInit() {
        assertEncodesAndDecodes(
                DataDescriptorResponse.CODEC,
                DataDescriptorResponse.innodb(new StateDescriptor(100, SnapshotState.INIT, 0, 0, 0, 0, 0, 0)),
                payload(Hex.bytes("""
                        31 00 00 00  02 0c 00  00 00 00 64 00 00 00 2e 00 00 00 03
                        00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00  00*16  00 00
                        """)));
    }

    @Test
    void encodesAndDecodesAKeepAlive() {
        assertEncodesAndDecodes(
                DataDescriptorResponse.CODEC,
                DataDescriptorResponse.innodb(new StateDescriptor(100, SnapshotState.FILE_COPY, 0, 8, 7, 0, 0, 3)),
                payload(Hex.bytes("""
                        31 00 00 00  02 0c 00  00 00 00 64 00 00 00 2e 00 00 00 03
                        00 00 00 02 00 00 00 00 00 00 00 08 00 00 00 07  00*16  00 03
                        """)));
    }

    @Test
    void encodesAndDecodesTheDescriptorOfADataBlock() {
        assertEncodesAndDecodes(
                DataDescriptorResponse.CODEC,
                DataDescriptorResponse.innodb(
                        new DataDescriptor(100, SnapshotState.FILE_COPY, 0, 2, 1, 1, 1 << 20, 0, 12 << 20)),
                payload(Hex.bytes("""
                        37 00 00 00  02 0c 00  00 00 00 64 00 00 00 34 00 00 00 05
                        00 00 00 02 00 00 00 00 00 00 00 02 00 00 00 01 00 00 00 01 00 10 00 00
                        00 00 00 00 00 00 00 00  00 00 00 00 00 c0 00 00
                        """)));
    }

    @Test
    void rejectsDescriptorsOfOtherEngines() {
        byte[] bytes = TASK.clone();
        bytes[1] = 13;
        assertMalformed(CloneResponse::decode, bytes, "storageEngine", 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DataDescriptorResponse(13, 0, new TaskDescriptor(100, 0, 0, 0)));
    }

    @Test
    void encodesAndDecodesAnError() {
        assertEncodesAndDecodes(ErrorResponse.CODEC, new ErrorResponse(3634, "busy"), ERROR);
        assertEncodesAndDecodes(ErrorResponse.CODEC, new ErrorResponse(0xffff_ffffL, ""), Hex.bytes("64 ffffffff"));
        assertMalformed(CloneResponse::decode, Hex.bytes("64 320e00"), "errorCode", 1);
    }

    @Test
    void decodesAnErrorInAnotherCharacterSetButLimitsItsLength() {
        assertThat(CloneResponse.decode(Unpooled.wrappedBuffer(Hex.bytes("64 320e0000 62e4"))))
                .isEqualTo(new ErrorResponse(3634, "b\ufffd"));
        assertMalformed(CloneResponse::decode, Hex.bytes("64 320e0000 62*4097"), "message", 5);
    }

    @Test
    void encodesAndDecodesComplete() {
        assertEncodesAndDecodes(
                CompleteResponse.CODEC, CompleteResponse.INSTANCE, payload(Hex.bytes("01 00 00 00  63")));
        assertRejectsTrailingByte(CloneResponse::decode, Hex.bytes("63"));
    }

    @Test
    void dataSharesTheBufferAndItsReceiverReleasesIt() {
        ByteBuf payload = Unpooled.wrappedBuffer(Hex.bytes("03 cafebabe"));

        DataResponse data = (DataResponse) CloneResponse.decode(payload);

        assertThat(Hex.dump(data.content())).isEqualTo("cafebabe");
        assertThat(payload.isReadable()).isFalse();
        assertThat(payload.refCnt()).isEqualTo(2);
        ByteBuf out = Unpooled.buffer();
        data.encode(out);
        assertThat(Hex.dump(out)).isEqualTo("03cafebabe");
        assertThat(data.release()).isFalse();
        assertThat(payload.release()).isTrue();
    }

    @Test
    void dataKeepsItsTypeWhenCopied() {
        DataResponse data = new DataResponse(Unpooled.copiedBuffer(new byte[] {1}));

        assertThat(data.copy()).isEqualTo(data);
        assertThat(data.duplicate()).isEqualTo(data);
        assertThat(data.retainedDuplicate().refCnt()).isEqualTo(2);
        assertThat(data.retain().retain(2).touch().touch("here").refCnt()).isEqualTo(5);
        assertThat(data.release(5)).isTrue();
    }

    @Test
    void rejectsAnEmptyPayloadAndUnknownCodes() {
        assertMalformed(CloneResponse::decode, new byte[0], "code", 0);
        assertMalformed(CloneResponse::decode, Hex.bytes("00"), "code", 0);
        assertMalformed(CloneResponse::decode, Hex.bytes("0a"), "code", 0);
        assertMalformed(CloneResponse::decode, Hex.bytes("65"), "code", 0);
    }

    @Test
    void findsEachResponseByItsCode() {
        for (CloneResponseCode code : CloneResponseCode.values()) {
            assertThat(CloneResponseCode.byWireCode(code.wireCode())).contains(code);
        }
    }
}

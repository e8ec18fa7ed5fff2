package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.protocol.netty.StreamBytes.content;
import static org.jclone.protocol.netty.StreamBytes.packet;

import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import org.jclone.protocol.Hex;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacketDecoderTest {

    private static final int FULL = PacketHeader.MAX_PAYLOAD_LENGTH;
    private static final int CAP = 2 * FULL + 100;

    private CountedChannel channel = new CountedChannel(new PacketDecoder(CAP));

    @AfterEach
    void releasesEverything() {
        channel.finishWithoutLeak();
    }

    private void limitTo(int maxPayloadBytes) {
        channel = new CountedChannel(new PacketDecoder(maxPayloadBytes));
    }

    private void assertReceived(int sequenceId, byte[] payload) {
        InboundPacket packet = channel.readInbound();
        assertThat(packet).as("packet").isNotNull();
        assertThat(packet.sequenceId()).isEqualTo(sequenceId);
        assertThat(Arrays.equals(ByteBufUtil.getBytes(packet.payload()), payload))
                .as("payload of %d bytes equals what was sent", payload.length)
                .isTrue();
        packet.payload().release();
    }

    private void assertMalformed(byte[] bytes, String field, int offset, String reason) {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> channel.receive(bytes))
                .withMessageContaining(reason)
                .satisfies(failure ->
                        assertThat(failure.field() + '@' + failure.offset()).isEqualTo(field + '@' + offset));
        channel.pipeline().remove(PacketDecoder.class);
        channel.releaseInbound();
    }

    @Test
    void splitsPacketsOneByteAtATime() {
        channel.receiveOneByteAtATime(Hex.bytes("03000007 aabbcc 00000008 01000009 dd"));

        assertReceived(7, Hex.bytes("aabbcc"));
        assertReceived(8, new byte[0]);
        assertReceived(9, Hex.bytes("dd"));
    }

    @Test
    void splitsSeveralPacketsInOneBuffer() {
        channel.receive(Hex.bytes("01000000 aa 02000001 bbcc 0100"));
        channel.receive(Hex.bytes("0002 dd"));

        assertReceived(0, Hex.bytes("aa"));
        assertReceived(1, Hex.bytes("bbcc"));
        assertReceived(2, Hex.bytes("dd"));
    }

    @Test
    void doesNotCheckTheSequenceIdOfAFirstPacket() {
        channel.receive(Hex.bytes("01000005 aa 01000002 bb"));

        assertReceived(5, Hex.bytes("aa"));
        assertReceived(2, Hex.bytes("bb"));
    }

    @Test
    void joinsASplitPayload() {
        byte[] payload = content(FULL + 3);
        channel.receive(packet(4, payload, 0, FULL));
        assertThat(channel.<InboundPacket>readInbound()).as("half a payload").isNull();

        channel.receive(packet(5, payload, FULL, 3));
        assertReceived(4, payload);
    }

    @Test
    void anEmptyPacketEndsAPayloadOfExactlyOneFullPacket() {
        byte[] payload = content(FULL);
        channel.receive(packet(0, payload, 0, FULL));
        channel.receive(packet(1, payload, 0, 0));
        channel.receive(Hex.bytes("01000000 aa"));

        assertReceived(0, payload);
        assertReceived(0, Hex.bytes("aa"));
    }

    @Test
    void countsSequenceIdsOfASplitPayloadModulo256() {
        byte[] payload = content(2 * FULL + 1);
        channel.receive(packet(0xfe, payload, 0, FULL));
        channel.receive(packet(0xff, payload, FULL, FULL));
        channel.receive(packet(0x00, payload, 2 * FULL, 1));

        assertReceived(0xfe, payload);
    }

    @Test
    void rejectsAGapInASplitPayload() {
        byte[] payload = content(FULL);
        channel.receive(packet(3, payload, 0, FULL));

        assertMalformed(Hex.bytes("01000005 aa"), "sequenceId", 3, "5 (expected: 4)");
    }

    @Test
    void rejectsAPayloadAboveTheMaximumLengthByItsHeader() {
        limitTo(300);
        channel.receive(packet(0, content(300), 0, 300));
        assertReceived(0, content(300));

        assertMalformed(Hex.bytes("2d010001"), "payloadLength", 0, "301 (expected: <= 300)");
    }

    @Test
    void limitsTheTotalLengthOfASplitPayload() {
        limitTo(FULL + 10);
        channel.receive(packet(0, content(FULL), 0, FULL));

        assertMalformed(Hex.bytes("0b000001"), "payloadLength", 0, FULL + 11 + " (expected: <= " + (FULL + 10) + ')');
    }

    @Test
    void discardsAPartialPayloadWhenTheConnectionCloses() {
        channel.receive(packet(0, content(FULL), 0, FULL));
        channel.receive(Hex.bytes("050000"));

        channel.finishWithoutLeak();
        assertThat(channel.<InboundPacket>readInbound()).isNull();
    }
}

package org.jclone.protocol.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.TooLongFrameException;
import java.util.Optional;
import org.jclone.protocol.Hex;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.recording.MessageAssembler.Assembled;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class MessageAssemblerTest {

    private final MessageAssembler assembler = new MessageAssembler();

    @Test
    void joinsBytesAndSplitsMessages() {
        byte[] bytes = Hex.bytes("030000 05 aabbcc 000000 06 010000 07 dd 020000 08 ee");
        for (int i = 0; i < bytes.length; i++) {
            assembler.add(Bytes.of(bytes[i]));
            Optional<Assembled> next = assembler.next();
            assertThat(next.isPresent()).as("after byte %d", i).isEqualTo(i == 6 || i == 10 || i == 15);
            if (i == 6) {
                assertAssembled(next, 5, 1, "aabbcc");
            }
        }
        assertThat(assembler.remaining()).isEqualTo(5);
        assertThat(assembler.drop()).isEqualTo(5);
        assertThat(assembler.remaining()).isZero();
    }

    @Test
    void findsSeveralMessagesInOneRead() {
        assembler.add(Bytes.of(Hex.bytes("010000 00 aa 010000 00 bb 0100")));

        assertAssembled(assembler.next(), 0, 1, "aa");
        assertAssembled(assembler.next(), 0, 1, "bb");
        assertThat(assembler.next()).isEmpty();
    }

    @Test
    void joinsPacketsOf16MebibytesAcrossTheWrapOfTheSequenceId() {
        addPacket(PacketHeader.MAX_PAYLOAD_LENGTH, 255);
        assertThat(assembler.next()).isEmpty();
        addPacket(3, 0);

        Assembled message = assembler.next().orElseThrow();

        assertThat(message.payload().readableBytes()).isEqualTo(PacketHeader.MAX_PAYLOAD_LENGTH + 3);
        assertThat(message.sequenceId()).isEqualTo(255);
        assertThat(message.packetCount()).isEqualTo(2);
        assertThat(message.consecutive()).isTrue();
    }

    @Test
    void aFullPacketIsFollowedByAnEmptyOne() {
        addPacket(PacketHeader.MAX_PAYLOAD_LENGTH, 0);
        addPacket(0, 2);

        Assembled message = assembler.next().orElseThrow();

        assertThat(message.payload().readableBytes()).isEqualTo(PacketHeader.MAX_PAYLOAD_LENGTH);
        assertThat(message.consecutive()).isFalse();
    }

    @Test
    void limitsTheLengthOfMessages() {
        int packets = MessageAssembler.MAX_MESSAGE_LENGTH / PacketHeader.MAX_PAYLOAD_LENGTH;
        for (int i = 0; i < packets; i++) {
            addPacket(PacketHeader.MAX_PAYLOAD_LENGTH, i);
        }
        assertThat(assembler.next()).isEmpty();
        addPacket(PacketHeader.MAX_PAYLOAD_LENGTH, packets);

        assertThatExceptionOfType(TooLongFrameException.class)
                .isThrownBy(assembler::next)
                .withMessageContaining("(expected: <= 67108864)");
    }

    private void addPacket(int length, int sequenceId) {
        ByteBuf packet = Unpooled.buffer(PacketHeader.LENGTH + length);
        PacketHeader.CODEC.encode(new PacketHeader(length, sequenceId), packet);
        assembler.add(Bytes.read(packet.writeZero(length), PacketHeader.LENGTH + length));
    }

    private static void assertAssembled(Optional<Assembled> next, int sequenceId, int packetCount, String payload) {
        Assembled message = next.orElseThrow();
        assertThat(Hex.dump(message.payload())).isEqualTo(payload);
        assertThat(message.sequenceId()).isEqualTo(sequenceId);
        assertThat(message.packetCount()).isEqualTo(packetCount);
        assertThat(message.consecutive()).isTrue();
    }
}

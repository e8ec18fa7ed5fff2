package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.protocol.netty.StreamBytes.content;
import static org.jclone.protocol.netty.StreamBytes.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import org.jclone.protocol.Hex;
import org.jclone.protocol.compress.CompressedPacketWriter;
import org.jclone.protocol.compress.CompressedSequence;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.compress.PacketCompression;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompressedPacketHandlerTest {

    private final CompressedPacketHandler handler =
            new CompressedPacketHandler(CompressionAlgorithm.ZSTD.open(3), 4 << 20);
    private final CountedChannel channel = new CountedChannel(handler);

    @AfterEach
    void releasesEverything() {
        channel.finishWithoutLeak();
    }

    private static byte[] compressed(byte[]... packets) {
        try (PacketCompression zstd = CompressionAlgorithm.ZSTD.open(3)) {
            CompressedPacketWriter writer = new CompressedPacketWriter(zstd, new CompressedSequence());
            ByteBuf out = Unpooled.buffer();
            for (byte[] packet : packets) {
                ByteBuf one = writer.write(Unpooled.wrappedBuffer(packet), UnpooledByteBufAllocator.DEFAULT);
                out.writeBytes(one);
                one.release();
            }
            return ByteBufUtil.getBytes(out);
        }
    }

    private void assertReceived(byte[] section) {
        ByteBuf received = channel.readInbound();
        assertThat(received).isNotNull();
        assertThat(Arrays.equals(ByteBufUtil.getBytes(received), section)).isTrue();
        received.release();
    }

    @Test
    void decompressesInput() {
        byte[] packet = packet(0, content(100_000));
        channel.receive(compressed(packet, packet));

        assertReceived(packet);
        assertReceived(packet);
        assertThat(channel.<ByteBuf>readInbound()).isNull();
    }

    @Test
    void compressesOutput() {
        byte[] packet = packet(0, new byte[1000]);
        channel.writeOutbound(channel.allocator().heapBuffer().writeBytes(packet));

        ByteBuf sent = channel.readOutbound();
        assertThat(sent.readableBytes()).isLessThan(100);
        channel.receive(ByteBufUtil.getBytes(sent));
        sent.release();
        assertReceived(packet);
    }

    @Test
    void deliversOneSectionPerRead() {
        channel.config().setAutoRead(false);
        byte[] packet = packet(0, new byte[1 << 20]);
        byte[] wire = compressed(packet, packet, packet);
        assertThat(wire.length).as("bytes on the wire").isLessThan(1000);

        channel.receive(wire);
        assertReceived(packet);
        assertThat(channel.<ByteBuf>readInbound()).as("without a read").isNull();

        channel.takeReads();
        channel.read();
        assertReceived(packet);
        assertThat(channel.<ByteBuf>readInbound()).as("without a read").isNull();
        assertThat(channel.takeReads()).as("reads of the socket").isZero();

        channel.read();
        assertReceived(packet);
        channel.read();
        assertThat(channel.takeReads()).as("reads of the socket").isEqualTo(1);
    }

    @Test
    void readsMoreForTheRestOfACompressedPacket() {
        channel.config().setAutoRead(false);
        byte[] packet = packet(0, content(100_000));
        byte[] wire = compressed(packet);
        channel.takeReads();

        channel.receive(wire, 0, wire.length - 1);
        assertThat(channel.<ByteBuf>readInbound()).isNull();
        assertThat(channel.takeReads()).as("reads of the socket").isPositive();

        channel.receive(wire, wire.length - 1, 1);
        assertReceived(packet);
    }

    @Test
    void countsCompressedBytes() {
        byte[] wire = compressed(packet(0, content(100_000)));
        channel.receive(wire);
        channel.releaseInbound();

        assertThat(handler.takeReceivedBytes()).isEqualTo(wire.length - 7);
        assertThat(handler.takeReceivedBytes()).isZero();
    }

    @Test
    void failsOnceAndStopsReading() {
        byte[] wrong = Hex.bytes("040000 00 640000 deadbeef");
        assertThatExceptionOfType(MalformedPacketException.class).isThrownBy(() -> channel.receive(wrong));

        channel.receive(compressed(packet(0, content(100))));
        assertThat(channel.<ByteBuf>readInbound()).isNull();
    }

    @Test
    void releasesUnreadInputWhenTheConnectionCloses() {
        channel.config().setAutoRead(false);
        byte[] packet = packet(0, content(100_000));
        byte[] wire = compressed(packet, packet, packet);
        channel.receive(wire, 0, wire.length - 1);
        assertReceived(packet);

        channel.finishWithoutLeak();
        assertThat(channel.<ByteBuf>readInbound()).isNull();
    }
}

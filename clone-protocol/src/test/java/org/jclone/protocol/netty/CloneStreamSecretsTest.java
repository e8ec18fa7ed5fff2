package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.netty.StreamBytes.blockOf;
import static org.jclone.protocol.netty.StreamBytes.concat;
import static org.jclone.protocol.netty.StreamBytes.message;
import static org.jclone.protocol.netty.StreamBytes.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.compress.CompressedPacketWriter;
import org.jclone.protocol.compress.CompressedSequence;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.compress.PacketCompression;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.TaskDescriptor;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.netty.CloneStreamDecoder.Pause;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A key received in plain text over TLS leaves no byte in any buffer, wherever the connection breaks.
 */
class CloneStreamSecretsTest {

    private static final byte[] SECRET = secret();
    private static final int FLAGS = FileDescriptor.FLAG_ENCRYPTED | FileDescriptor.FLAG_HAS_KEY;

    private static final byte[] TASK = message(DataDescriptorResponse.innodb(new TaskDescriptor(100, 0, 0, 0)));

    private final StreamRecorder recorder = new StreamRecorder();
    private final RememberingAllocator allocator = new RememberingAllocator();
    private CloneStreamDecoder decoder = new CloneStreamDecoder(recorder, new ReceiveBuffers());

    static List<Optional<CompressionAlgorithm>> compressions() {
        return List.of(
                Optional.empty(), Optional.of(CompressionAlgorithm.ZLIB), Optional.of(CompressionAlgorithm.ZSTD));
    }

    private static byte[] secret() {
        byte[] secret = new byte[TablespaceKey.LENGTH];
        new Random(1).nextBytes(secret);
        return secret;
    }

    private static byte[] fileWithKey() {
        return message(DataDescriptorResponse.innodb(new FileDescriptor(
                100,
                SnapshotState.REDO_COPY,
                0x1c000,
                0x1c000,
                0x6021,
                4096,
                FLAGS,
                7,
                11,
                1,
                1,
                "./t1/ep.ibd",
                Optional.of(TablespaceKey.of(SECRET)))));
    }

    private static byte[] wire(Optional<CompressionAlgorithm> algorithm, byte[]... messages) {
        if (algorithm.isEmpty()) {
            return concat(messages);
        }
        try (PacketCompression compression = algorithm.get().open(3)) {
            CompressedPacketWriter writer = new CompressedPacketWriter(compression, new CompressedSequence());
            ByteBuf out = Unpooled.buffer();
            for (byte[] message : messages) {
                ByteBuf one = writer.write(Unpooled.wrappedBuffer(message), UnpooledByteBufAllocator.DEFAULT);
                out.writeBytes(one);
                one.release();
            }
            return ByteBufUtil.getBytes(out);
        }
    }

    /** Returns a channel whose decoder treats its input as decrypted. */
    private EmbeddedChannel open(Optional<CompressionAlgorithm> algorithm, CloneStreamDecoder decoder)
            throws GeneralSecurityException {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(allocator);
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(false);
        SslHandler tls = new SslHandler(engine);
        channel.pipeline().addLast(tls);
        algorithm.ifPresent(
                compression -> channel.pipeline().addLast(new CompressedPacketHandler(compression.open(3), 4 << 20)));
        channel.pipeline().addLast(decoder);
        channel.pipeline().remove(tls);
        return channel;
    }

    private void receive(EmbeddedChannel channel, byte[] bytes, int from, int to) {
        ByteBuf in = allocator.ioBuffer(to - from);
        channel.writeInbound(in.writeBytes(bytes, from, to - from));
    }

    private void assertNoSecretIsLeft(EmbeddedChannel channel) {
        channel.finishAndReleaseAll();
        assertThat(allocator.buffers()).isPositive();
        assertThat(allocator.holdsPartOf(SECRET)).as("part of a key is left").isFalse();
        allocator.forget();
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void wipesTheKeyOfAFileWhereverItsDescriptorBreaks(Optional<CompressionAlgorithm> algorithm) throws Exception {
        byte[] wire = wire(algorithm, fileWithKey());
        for (int cut = 1; cut <= wire.length; cut++) {
            EmbeddedChannel channel = open(algorithm, decoder);
            receive(channel, wire, 0, cut / 2);
            receive(channel, wire, cut / 2, cut);
            assertThat(recorder.received).hasSize(cut < wire.length ? 0 : 1);

            assertNoSecretIsLeft(channel);
            decoder = new CloneStreamDecoder(recorder, new ReceiveBuffers());
        }
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void wipesUnreadInput(Optional<CompressionAlgorithm> algorithm) throws Exception {
        EmbeddedChannel channel = open(algorithm, decoder);
        recorder.whenResponse = () -> decoder.pause(Pause.BARRIER);
        byte[] wire = wire(algorithm, TASK, fileWithKey(), fileWithKey());
        receive(channel, wire, 0, wire.length - 10);
        assertThat(recorder.received).hasSize(1);
        boolean visible = !algorithm.equals(Optional.of(CompressionAlgorithm.ZLIB)); // which shifts by bits
        assertThat(allocator.holdsPartOf(SECRET)).as("paused").isEqualTo(visible);

        assertNoSecretIsLeft(channel);
    }

    @Test
    void wipesInputReadBeforeTheConnectionEnded() throws Exception {
        EmbeddedChannel channel = open(Optional.empty(), decoder);
        byte[] bytes = concat(packet(7, (byte) 99), fileWithKey());
        ChannelHandlerContext context = channel.pipeline().lastContext();
        receive(channel, bytes, 0, bytes.length);
        decoder.channelRead(context, allocator.ioBuffer(bytes.length).writeBytes(bytes));

        assertThat(recorder.closed).singleElement().isInstanceOf(MalformedPacketException.class);
        assertNoSecretIsLeft(channel);
    }

    /** The sink wipes its own memory; the decoder wipes the receive buffers. */
    @ParameterizedTest
    @MethodSource("compressions")
    void wipesTheKeyOfABlockWhereverItBreaks(Optional<CompressionAlgorithm> algorithm) throws Exception {
        byte[] wire = wire(algorithm, blockOf(SECRET));
        for (int cut = 1; cut <= wire.length; cut++) {
            MemorySink sink = new MemorySink(UnpooledByteBufAllocator.DEFAULT, 4096);
            sink.secret = true;
            EmbeddedChannel channel = open(algorithm, decoder);
            decoder.setSink(sink);
            receive(channel, wire, 0, cut / 2);
            receive(channel, wire, cut / 2, cut);
            assertThat(sink.ended).hasSize(cut < wire.length ? 0 : 1);

            assertNoSecretIsLeft(channel);
            assertThat(sink.abandoned).isEqualTo(1);
            sink.release();
            decoder = new CloneStreamDecoder(recorder, new ReceiveBuffers());
        }
    }
}

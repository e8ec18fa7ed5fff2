package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.jclone.protocol.netty.StreamBytes.blockOf;
import static org.jclone.protocol.netty.StreamBytes.concat;
import static org.jclone.protocol.netty.StreamBytes.content;
import static org.jclone.protocol.netty.StreamBytes.message;
import static org.jclone.protocol.netty.StreamBytes.packet;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiFunction;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.netty.CloneStreamDecoder.Pause;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A donor, with the TLS of the JDK, and a decoder that receives over OpenSSL. */
class DecryptionBuffersTest {

    private static final int BLOCK_BYTES = 1 << 20;
    private static final int RECORD_BYTES = 16 << 10;

    private final StreamRecorder recorder = new StreamRecorder();
    private final CloneStreamDecoder decoder = new CloneStreamDecoder(recorder, new ReceiveBuffers());
    private final InPlace inPlace = new InPlace();
    private final byte[] content = content(BLOCK_BYTES);

    private TlsPair pair;
    private MemorySink sink;

    /** Counts the bytes that were decrypted into a part of another buffer, which cannot grow. */
    private static final class InPlace extends ChannelInboundHandlerAdapter {

        private int bytes;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object decrypted) {
            ByteBuf in = (ByteBuf) decrypted;
            bytes += in.maxCapacity() == in.capacity() ? in.readableBytes() : 0;
            ctx.fireChannelRead(in);
        }
    }

    @BeforeEach
    void needsOpenSsl() {
        assumeThat(OpenSsl.isAvailable()).as("OpenSSL is available").isTrue();
    }

    private void begin() throws IOException {
        begin((context, channel) -> context.newHandler(channel.alloc()));
    }

    private void begin(BiFunction<SslContext, EmbeddedChannel, SslHandler> recipientTls) throws IOException {
        pair = new TlsPair(recipientTls);
        sink = new MemorySink(pair.recipient.alloc(), BLOCK_BYTES);
        decoder.setSink(sink);
        pair.recipient.pipeline().addLast(inPlace, decoder);
    }

    @AfterEach
    void releasesEverything() {
        if (pair != null) {
            sink.release();
            pair.release();
            assertThat(sink.stillHeld).as("buffers held after the end").isZero();
            assertThat(sink.changed).as("buffers overwritten").isZero();
        }
    }

    private void assertReceived(int blocks) {
        assertThat(recorder.closed).isEmpty();
        assertThat(sink.ended).hasSize(blocks).allMatch(block -> Arrays.equals(block, content));
        assertThat(recorder.received).containsExactly(CompleteResponse.INSTANCE);
        assertThat(recorder.dataBytes).isEqualTo((long) blocks * BLOCK_BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1009, 16_383, 65_537, 256 << 10, 8 << 20})
    void decryptsBlocksIntoTheirOwnBuffers(int most) throws IOException {
        begin();
        byte[] stream = concat(blockOf(content), blockOf(content), message(CompleteResponse.INSTANCE));
        pair.receive(pair.encrypted(stream), most);

        assertReceived(2);
        assertThat(inPlace.bytes)
                .as("all but the record in which a block begins, and its last bytes")
                .isGreaterThan(2 * (BLOCK_BYTES - 2 * RECORD_BYTES));
    }

    @Test
    void receivesEncryptedBytesElsewhere() throws IOException {
        begin();
        byte[] encrypted = pair.encrypted(blockOf(content));
        pair.receive(encrypted, 0, encrypted.length / 2);

        assertThat(sink.begun).hasSize(1);
        assertThat(decoder.directBuffer()).as("for the socket").isNull();
    }

    @Test
    void losesNothingInPauses() throws IOException {
        begin();
        Random random = new Random(3);
        recorder.whenReceived = () -> {
            if (random.nextInt(3) == 0) {
                decoder.pause(Pause.THROTTLE);
            }
        };
        byte[] stream = concat(blockOf(content), blockOf(content), message(CompleteResponse.INSTANCE));
        byte[] encrypted = pair.encrypted(stream);
        for (int at = 0; at < encrypted.length; ) {
            int end = Math.min(encrypted.length, at + 1 + random.nextInt(200_000));
            pair.receive(encrypted, at, end);
            at = end;
            decoder.resume(Pause.THROTTLE);
        }
        while (!decoder.isReading()) {
            decoder.resume(Pause.THROTTLE);
        }

        assertReceived(2);
        assertThat(inPlace.bytes).isPositive();
    }

    @Test
    void keepsWhatIsSentMeanwhileApartFromTheBlock() throws IOException {
        begin();
        sink.whenReceived = () -> decoder.send(out -> out.writeZero(5000));
        pair.receive(pair.encrypted(concat(blockOf(content), message(CompleteResponse.INSTANCE))), 65_537);
        pair.exchange();

        assertReceived(1);
        int sent = pair.receivedByDonor().length;
        assertThat(sent).isPositive();
        assertThat(sent % (4 + 5000)).as("part of a packet").isZero();
    }

    /** The donor asks for new keys within a block; OpenSSL answers with what is sent next. */
    @Test
    void receivesOnAfterAChangeOfKeys() throws IOException {
        begin();
        byte[] stream = concat(blockOf(content), message(CompleteResponse.INSTANCE));
        byte[] first = pair.encrypted(Arrays.copyOf(stream, BLOCK_BYTES / 2));
        pair.donorTls.engine().beginHandshake();
        byte[] rest = pair.encrypted(Arrays.copyOfRange(stream, BLOCK_BYTES / 2, stream.length));
        pair.receive(concat(first, rest), 256 << 10);
        decoder.send(out -> out.writeByte(7));
        pair.exchange();

        assertReceived(1);
        assertThat(pair.receivedByDonor()).containsExactly(1, 0, 0, 0, 7);
    }

    /** TLS answers while it decrypts; the answer waits for the socket while the block goes on. */
    @Test
    void answersTheEndOfTlsWithinABlock() throws IOException {
        begin();
        byte[] first = pair.encrypted(Arrays.copyOf(blockOf(content), BLOCK_BYTES / 2));
        pair.donorTls.closeOutbound();
        byte[] all = concat(first, pair.encrypted(new byte[0]));
        pair.receive(all, all.length);
        sink.buffer().setZero(sink.buffer().writerIndex(), sink.buffer().writableBytes());
        pair.exchange();

        assertThat(pair.donorTls.sslCloseFuture().isSuccess())
                .as("the donor understood")
                .isTrue();
        assertThat(recorder.closed).isEmpty();
    }

    @Test
    void keepsWhatAReportOfBytesSendsApartFromTheBlock() throws IOException {
        begin();
        byte[] payload = content(3 * RECORD_BYTES);
        int[] sends = {0};
        recorder.whenReceived = () -> {
            sends[0]++;
            decoder.send(out -> out.writeBytes(payload));
        };
        pair.receive(pair.encrypted(concat(blockOf(content), message(CompleteResponse.INSTANCE))), 65_537);
        pair.exchange();

        assertReceived(1);
        byte[][] packets = new byte[sends[0]][];
        Arrays.fill(packets, packet(0, payload));
        assertThat(pair.receivedByDonor()).isEqualTo(concat(packets));
    }

    /** As of {@link SslContext#newEngine}: it wants room for a whole record, like the JDK's. */
    @Test
    @Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
    void receivesWithAnEngineThatDecryptsSingleRecords() throws IOException {
        begin((context, channel) -> new SslHandler(context.newEngine(channel.alloc())));
        byte[] stream = concat(blockOf(content), blockOf(content), message(CompleteResponse.INSTANCE));
        pair.receive(pair.encrypted(stream), 65_537);

        assertReceived(2);
    }
}

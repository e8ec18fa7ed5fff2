package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.jclone.protocol.netty.StreamBytes.blockOf;
import static org.jclone.protocol.netty.StreamBytes.concat;
import static org.jclone.protocol.netty.StreamBytes.content;
import static org.jclone.protocol.netty.StreamBytes.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.netty.CloneStreamDecoder.Pause;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

    private SslHandler donorTls;
    private EmbeddedChannel donor;
    private EmbeddedChannel recipient;
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
    void shakeHands() throws Exception {
        assumeThat(OpenSsl.isAvailable()).as("OpenSSL is available").isTrue();
        SslContext client = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
        recipient = new EmbeddedChannel();
        SslHandler tls = client.newHandler(recipient.alloc());
        recipient.pipeline().addLast(tls);
        donorTls = donorTls();
        donor = new EmbeddedChannel(donorTls);
        while (!tls.handshakeFuture().isDone() || !donorTls.handshakeFuture().isDone()) {
            exchange();
        }
        exchange();
        sink = new MemorySink(recipient.alloc(), BLOCK_BYTES);
        decoder.setSink(sink);
        recipient.pipeline().addLast(inPlace, decoder);
    }

    private static SslHandler donorTls() throws IOException {
        try (InputStream certificate = DecryptionBuffersTest.class.getResourceAsStream("/tls/server_cert.pem");
                InputStream key = DecryptionBuffersTest.class.getResourceAsStream("/tls/server_key.pem")) {
            return SslContextBuilder.forServer(certificate, key)
                    .sslProvider(SslProvider.JDK)
                    .build()
                    .newHandler(Unpooled.EMPTY_BUFFER.alloc());
        }
    }

    @AfterEach
    void releasesEverything() {
        if (recipient != null && sink != null) {
            sink.release();
            recipient.finishAndReleaseAll();
            donor.finishAndReleaseAll();
        }
    }

    /** Carries what both have sent until none has sent anything. */
    private void exchange() {
        boolean sent = true;
        while (sent) {
            ByteBuf toDonor = recipient.readOutbound();
            ByteBuf toRecipient = donor.readOutbound();
            sent = toDonor != null || toRecipient != null;
            if (toDonor != null) {
                donor.writeInbound(toDonor);
            }
            if (toRecipient != null) {
                recipient.writeInbound(toRecipient);
            }
        }
    }

    /** Returns what the donor sends for {@code stream}. */
    private byte[] encrypted(byte[] stream) {
        donor.writeOutbound(Unpooled.wrappedBuffer(stream));
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = donor.readOutbound(); part != null; part = donor.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(all);
    }

    private void receive(byte[] encrypted, int from, int to) {
        recipient.writeInbound(Unpooled.directBuffer(to - from).writeBytes(encrypted, from, to - from));
    }

    private void receive(byte[] encrypted, int most) {
        for (int at = 0; at < encrypted.length; at += most) {
            receive(encrypted, at, Math.min(at + most, encrypted.length));
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
    void decryptsBlocksIntoTheirOwnBuffers(int most) {
        receive(encrypted(concat(blockOf(content), blockOf(content), message(CompleteResponse.INSTANCE))), most);

        assertReceived(2);
        assertThat(inPlace.bytes)
                .as("all but the record in which a block begins, and its last bytes")
                .isGreaterThan(2 * (BLOCK_BYTES - 2 * RECORD_BYTES));
    }

    @Test
    void receivesEncryptedBytesElsewhere() {
        byte[] encrypted = encrypted(blockOf(content));
        receive(encrypted, 0, encrypted.length / 2);

        assertThat(sink.begun).hasSize(1);
        assertThat(decoder.directBuffer()).as("for the socket").isNull();
    }

    @Test
    void losesNothingInPauses() {
        Random random = new Random(3);
        recorder.whenReceived = () -> {
            if (random.nextInt(3) == 0) {
                decoder.pause(Pause.THROTTLE);
            }
        };
        byte[] encrypted = encrypted(concat(blockOf(content), blockOf(content), message(CompleteResponse.INSTANCE)));
        for (int at = 0; at < encrypted.length; ) {
            int end = Math.min(encrypted.length, at + 1 + random.nextInt(200_000));
            receive(encrypted, at, end);
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
    void keepsWhatIsSentMeanwhileApartFromTheBlock() {
        sink.whenReceived = () -> decoder.send(out -> out.writeZero(5000));
        receive(encrypted(concat(blockOf(content), message(CompleteResponse.INSTANCE))), 65_537);
        exchange();

        assertReceived(1);
        int sent = 0;
        for (ByteBuf in = donor.readInbound(); in != null; in = donor.readInbound()) {
            sent += in.readableBytes();
            in.release();
        }
        assertThat(sent).isPositive();
        assertThat(sent % (4 + 5000)).as("part of a packet").isZero();
    }

    /** The donor asks for new keys within a block; OpenSSL answers while it decrypts, or with what is sent next. */
    @Test
    void receivesOnAfterAChangeOfKeys() throws SSLException {
        byte[] stream = concat(blockOf(content), message(CompleteResponse.INSTANCE));
        byte[] first = encrypted(Arrays.copyOf(stream, BLOCK_BYTES / 2));
        donorTls.engine().beginHandshake();
        byte[] rest = encrypted(Arrays.copyOfRange(stream, BLOCK_BYTES / 2, stream.length));
        receive(concat(first, rest), 256 << 10);
        decoder.send(out -> out.writeByte(7));
        exchange();

        assertReceived(1);
        ByteBuf answer = donor.readInbound();
        assertThat(ByteBufUtil.hexDump(answer)).isEqualTo("0100000007");
        answer.release();
    }
}

package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.jclone.protocol.netty.StreamBytes.blockOf;
import static org.jclone.protocol.netty.StreamBytes.concat;
import static org.jclone.protocol.netty.StreamBytes.message;
import static org.jclone.protocol.netty.StreamBytes.packet;

import io.netty.handler.ssl.OpenSsl;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.netty.CloneStreamDecoder.Pause;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks of many sizes over TLS, in records and reads of many sizes, with pauses, new keys and packets to the donor. */
class DecryptionBuffersRandomTest {

    private static final int[] SIZES = {
        1, 100, 16_383, 16 << 10, 16_385, 40_000, 64 << 10, 300_000, 300_000, 300_000, 1 << 20, 3 << 20
    };
    private static final int[] READS = {5, 1009, 20_000, 256 << 10};
    private static final int STREAM_BYTES = 1 << 20;

    private final StreamRecorder recorder = new StreamRecorder();
    private final CloneStreamDecoder decoder = new CloneStreamDecoder(recorder, new ReceiveBuffers());
    private final List<byte[]> blocks = new ArrayList<>();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private Random random;
    private MemorySink sink;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void receivesWhatWasSent(long seed) throws Exception {
        assumeThat(OpenSsl.isAvailable()).as("OpenSSL is available").isTrue();
        random = new Random(seed);
        TlsPair pair = new TlsPair();
        sink = new MemorySink(pair.recipient.alloc(), random.nextBoolean() ? 1 << 20 : 50_000);
        decoder.setSink(sink);
        pair.recipient.pipeline().addLast(decoder);
        disturb();

        int responses = 0;
        for (int at = 0; at < STREAM_BYTES; ) {
            byte[] block = new byte[random.nextInt(4) == 0 ? 1 + random.nextInt(200_000) : pick(SIZES)];
            random.nextBytes(block);
            blocks.add(block);
            byte[] stream = blockOf(block);
            if (random.nextInt(3) == 0) {
                stream = concat(stream, message(CompleteResponse.INSTANCE));
                responses++;
            }
            send(pair, stream);
            at += stream.length;
        }
        while (!decoder.isReading()) {
            decoder.resume(Pause.THROTTLE);
        }
        pair.exchange();
        sink.release();

        assertThat(recorder.closed).isEmpty();
        assertThat(recorder.received).hasSize(responses);
        assertThat(sink.ended).hasSameSizeAs(blocks);
        for (int i = 0; i < blocks.size(); i++) {
            assertThat(Arrays.mismatch(sink.ended.get(i), blocks.get(i)))
                    .as("block %d", i)
                    .isEqualTo(-1);
        }
        assertThat(sink.changed).as("buffers overwritten").isZero();
        assertThat(sink.stillHeld).as("buffers held after the end").isZero();
        assertThat(Arrays.equals(pair.receivedByDonor(), sent.toByteArray()))
                .as("sent to the donor")
                .isTrue();
        pair.release();
    }

    /** Pauses and sends from all places where a listener or a sink is called. */
    private void disturb() {
        Runnable any = () -> {
            switch (random.nextInt(24)) {
                case 0 -> decoder.pause(Pause.THROTTLE);
                case 1 -> decoder.resume(Pause.THROTTLE);
                case 2 -> sendPacket();
                default -> {}
            }
        };
        recorder.whenReceived = any;
        recorder.whenResponse = any;
        sink.whenReceived = any;
        sink.whenEnded = any;
        sink.whenBegun = () -> {
            sink.secret = random.nextInt(3) == 0;
            any.run();
        };
    }

    private void sendPacket() {
        byte[] payload = new byte[1 + random.nextInt(random.nextBoolean() ? 100 : 40_000)];
        random.nextBytes(payload);
        sent.writeBytes(packet(0, payload));
        decoder.send(out -> out.writeBytes(payload));
    }

    private void send(TlsPair pair, byte[] stream) throws Exception {
        int most = pick(READS);
        ByteArrayOutputStream encrypted = new ByteArrayOutputStream();
        for (int at = 0; at < stream.length; ) {
            int end = Math.min(stream.length, at + 1 + random.nextInt(random.nextInt(5) == 0 ? 1000 : 300_000));
            encrypted.writeBytes(pair.encrypted(Arrays.copyOfRange(stream, at, end)));
            if (random.nextInt(8) == 0) {
                pair.donorTls.engine().beginHandshake(); // asks for new keys
            }
            at = end;
        }
        byte[] all = encrypted.toByteArray();
        int least = all.length > 100_000 ? 5000 : 0;
        for (int at = 0; at < all.length; ) {
            int end = Math.min(all.length, at + 1 + least + random.nextInt(most));
            pair.receive(all, at, end);
            at = end;
            if (random.nextInt(3) == 0) {
                decoder.resume(Pause.THROTTLE);
            }
        }
    }

    private int pick(int... from) {
        return from[random.nextInt(from.length)];
    }
}

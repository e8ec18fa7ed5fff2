package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.netty.StreamBytes.block;
import static org.jclone.protocol.netty.StreamBytes.blockOf;
import static org.jclone.protocol.netty.StreamBytes.concat;
import static org.jclone.protocol.netty.StreamBytes.content;
import static org.jclone.protocol.netty.StreamBytes.descriptor;
import static org.jclone.protocol.netty.StreamBytes.message;

import io.netty.buffer.ByteBuf;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.netty.CloneStreamDecoder.Pause;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests receiving from a socket into a block's own buffer, with reads as Netty's channels perform them. */
class ReceiveBuffersTest {

    private static final int BLOCK_BYTES = 1 << 20;
    private static final int SMALL_SCRATCH = 8 << 10;
    private static final int LARGE_SCRATCH = 256 << 10;
    private static final int SCRATCH_BEFORE_CLONE_MODE = 64 << 10;
    private static final int MIN_DIRECT = 16 << 10;

    private final StreamRecorder recorder = new StreamRecorder();
    private final ReceiveBuffers buffers = new ReceiveBuffers();
    private final CloneStreamDecoder decoder = new CloneStreamDecoder(recorder, buffers);
    private final CountedChannel channel = new CountedChannel(decoder);
    private final MemorySink sink = new MemorySink(channel.allocator(), BLOCK_BYTES);
    private final ExtendedHandle handle = buffers.newHandle();

    private int reads;
    private int directBytes;

    ReceiveBuffersTest() {
        decoder.setSink(sink);
    }

    @AfterEach
    void releasesEverything() {
        sink.release();
        channel.finishWithoutLeak();
    }

    /**
     * Runs one turn of the event loop: reads as long as the handle requests it and bytes are available.
     *
     * @return the number of bytes read
     */
    private int read(byte[] stream, int offset) {
        int[] at = {offset};
        channel.duringARead(() -> {
            handle.reset(channel.config());
            boolean more = true;
            while (more) {
                at[0] += readOnce(stream, at[0]);
                more = handle.continueReading();
            }
        });
        return at[0] - offset;
    }

    private int readOnce(byte[] stream, int offset) {
        ByteBuf buffer = handle.allocate(channel.allocator());
        int count = Math.min(buffer.writableBytes(), stream.length - offset);
        handle.attemptedBytesRead(buffer.writableBytes());
        handle.lastBytesRead(count);
        if (count == 0) {
            buffer.release();
            return 0;
        }
        handle.incMessagesRead(1);
        reads++;
        buffer.writeBytes(stream, offset, count);
        directBytes += isPartOfABlock(buffer) ? count : 0;
        channel.pipeline().fireChannelRead(buffer);
        return count;
    }

    /** Distinguishes the buffers: a slice of another buffer cannot grow, a scratch buffer can. */
    private static boolean isPartOfABlock(ByteBuf buffer) {
        return buffer.maxCapacity() == buffer.capacity();
    }

    private void readAll(byte[] stream) {
        int at = 0;
        while (at < stream.length) {
            at += read(stream, at);
        }
    }

    @Test
    void receivesLargeBlocksIntoTheirOwnBuffer() {
        byte[] content = content(BLOCK_BYTES);
        readAll(concat(blockOf(content), blockOf(content), message(CompleteResponse.INSTANCE)));

        assertThat(sink.ended).hasSize(2).allMatch(block -> Arrays.equals(block, content));
        assertThat(recorder.received).containsExactly(CompleteResponse.INSTANCE);
        assertThat(directBytes).isGreaterThan(2 * (BLOCK_BYTES - SMALL_SCRATCH - MIN_DIRECT));
        assertThat(recorder.dataBytes).isEqualTo(2 * BLOCK_BYTES);
    }

    @Test
    void receivesTheSameInReadsOfAnySize() {
        byte[] content = content(100_000);
        byte[] stream = concat(blockOf(content), message(CompleteResponse.INSTANCE));
        for (int step : new int[] {1009, 8191, 16_384, 65_537}) {
            sink.ended.clear();
            recorder.received.clear();
            for (int at = 0; at < stream.length; ) {
                at += read(Arrays.copyOf(stream, Math.min(stream.length, at + step)), at);
            }
            assertThat(sink.ended).as("steps of %d", step).hasSize(1);
            assertThat(Arrays.equals(sink.ended.get(0), content))
                    .as("steps of %d", step)
                    .isTrue();
            assertThat(recorder.received).as("steps of %d", step).containsExactly(CompleteResponse.INSTANCE);
        }
        assertThat(directBytes).isPositive();
    }

    @Test
    void copiesSmallBlocksFromALargeScratchBuffer() {
        byte[] page = content(4096);
        byte[] pages = concat(blockOf(page), blockOf(page), blockOf(page));
        readAll(concat(pages, pages, pages));

        assertThat(sink.ended).hasSize(9).allMatch(block -> Arrays.equals(block, page));
        assertThat(directBytes).isZero();
    }

    @Test
    void usesSmallScratchBetweenLargeBlocksAndLargeScratchBetweenPages() {
        assertThat(handle.guess()).as("before anything is known").isEqualTo(SMALL_SCRATCH);

        channel.receive(descriptor(block(BLOCK_BYTES)));
        assertThat(handle.guess()).as("before a large block").isEqualTo(SMALL_SCRATCH);

        channel.receive(StreamBytes.data(content(BLOCK_BYTES)));
        channel.receive(descriptor(block(4096)));
        assertThat(handle.guess()).as("before a page").isEqualTo(LARGE_SCRATCH);
    }

    @Test
    void offersNoMoreThanTheRestOfTheBlock() {
        byte[] stream = blockOf(content(3 * MIN_DIRECT));
        int begun = stream.length - 2 * MIN_DIRECT;
        channel.receive(stream, 0, begun);
        ByteBuf offered = decoder.directBuffer();
        assertThat(offered.writableBytes()).isEqualTo(2 * MIN_DIRECT);
        assertThat(offered.release()).as("last reference, which is the sink's").isFalse();

        channel.receive(stream, begun, 1);
        assertThat(decoder.directBuffer().release()).isFalse();
        channel.receive(stream, begun + 1, MIN_DIRECT);
        assertThat(decoder.directBuffer())
                .as("for a remainder that is too small")
                .isNull();
    }

    @Test
    void offersNothingOutsideABlock() {
        assertThat(decoder.directBuffer()).as("before a header").isNull();
        channel.receive(descriptor(block(BLOCK_BYTES)));
        assertThat(decoder.directBuffer()).as("before the data").isNull();
    }

    @Test
    void offersNothingBeforeDelayedInput() {
        byte[] stream = blockOf(content(BLOCK_BYTES));
        int announced = stream.length - BLOCK_BYTES;
        channel.receive(stream, 0, announced);
        decoder.pause(Pause.THROTTLE);
        channel.receive(stream, announced, 100);
        assertThat(decoder.directBuffer()).isNull();

        decoder.resume(Pause.THROTTLE);
        assertThat(sink.bytesOfCurrentBlock()).isEqualTo(100);
        assertThat(decoder.directBuffer().release()).isFalse();
    }

    @Test
    void offersNothingUnderTheTlsOfTheJdk() throws SSLException {
        SslContext tls =
                SslContextBuilder.forClient().sslProvider(SslProvider.JDK).build();
        CloneStreamDecoder underTls = new CloneStreamDecoder(recorder, new ReceiveBuffers());
        CountedChannel tlsChannel = new CountedChannel();
        tlsChannel.pipeline().addLast(tls.newHandler(tlsChannel.allocator()), underTls);
        underTls.setSink(sink);
        byte[] stream = blockOf(content(BLOCK_BYTES));
        ByteBuf decrypted = tlsChannel.allocator().heapBuffer().writeBytes(stream, 0, stream.length - BLOCK_BYTES);
        tlsChannel.pipeline().context(SslHandler.class).fireChannelRead(decrypted);

        assertThat(sink.begun).hasSize(1);
        assertThat(underTls.directBuffer()).isNull();
        assertThat(underTls.scratchBytes()).isEqualTo(LARGE_SCRATCH);
        tlsChannel.finishAndReleaseAll();
    }

    @Test
    void stopsReadingWhenALimitIsReached() {
        recorder.whenReceived = () -> decoder.pause(Pause.THROTTLE);
        byte[] stream = concat(blockOf(content(BLOCK_BYTES)), blockOf(content(BLOCK_BYTES)));
        assertThat(read(stream, 0)).isEqualTo(SMALL_SCRATCH);

        decoder.resume(Pause.THROTTLE);
        assertThat(read(stream, SMALL_SCRATCH)).as("the rest of the block").isLessThan(BLOCK_BYTES);
        assertThat(decoder.isReading()).isFalse();
    }

    @Test
    void yieldsToOtherWorkAfterSixteenReads() {
        byte[] page = content(4096);
        byte[][] pages = new byte[1200][];
        Arrays.fill(pages, blockOf(page));
        byte[] stream = concat(pages);

        assertThat(read(stream, 0)).isLessThan(stream.length);
        assertThat(reads).isEqualTo(16);
    }

    @Test
    void readsAgainOnlyIfTheLastReadWasFull() {
        handle.reset(channel.config());
        handle.attemptedBytesRead(100);
        handle.lastBytesRead(99);
        assertThat(handle.continueReading()).isFalse();
        assertThat(handle.lastBytesRead()).isEqualTo(99);
        assertThat(handle.attemptedBytesRead()).isEqualTo(100);

        assertThat(handle.continueReading(() -> true))
                .as("edge-triggered, with more to come")
                .isTrue();
        decoder.pause(Pause.BARRIER);
        assertThat(handle.continueReading(() -> true)).as("while paused").isFalse();
    }

    @Test
    void hasScratchBuffersBeforeADecoderExists() {
        ExtendedHandle early = new ReceiveBuffers().newHandle();
        ByteBuf scratch = early.allocate(channel.allocator());

        assertThat(scratch.writableBytes()).isEqualTo(SCRATCH_BEFORE_CLONE_MODE);
        assertThat(early.continueReading(() -> true)).isTrue();
        scratch.release();
    }

    @Test
    void discardsBytesReceivedForABlockAfterTheEnd() {
        byte[] stream = blockOf(content(BLOCK_BYTES));
        channel.receive(stream, 0, stream.length - BLOCK_BYTES);
        ByteBuf direct = decoder.directBuffer().writeZero(MIN_DIRECT);
        channel.duringARead(() -> {
            channel.pipeline().fireExceptionCaught(new IOException("reset"));
            channel.pipeline().fireChannelRead(direct);
        });

        assertThat(sink.bytesOfCurrentBlock()).isZero();
        assertThat(recorder.closed).hasSize(1);
    }
}

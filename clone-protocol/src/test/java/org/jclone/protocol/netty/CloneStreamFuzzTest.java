package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.netty.StreamBytes.concat;
import static org.jclone.protocol.netty.StreamBytes.message;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of a connection in clone mode; the first byte selects the size of the reads. Memory is bounded by the
 * bytes received, whatever length they state, and all of it is released.
 */
class CloneStreamFuzzTest {

    private static final int SINK_BYTES = 64;

    /** The maximum memory of a read, the sink's buffer, and a message other than data. */
    private static final long MAX_MEMORY = 2 << 20;

    static Stream<Arguments> seeds() {
        byte[] described = message(DataDescriptorResponse.innodb(
                new DataDescriptor(100, SnapshotState.FILE_COPY, 0, 1, 1, 0, 5, 0, 16384)));
        byte[] data = {6, 0, 0, 0, 3, 1, 2, 3, 4, 5};
        byte[] complete = message(CompleteResponse.INSTANCE);
        byte[] whole = concat(new byte[] {7}, described, data, complete);
        byte[] hugeClaim = message(DataDescriptorResponse.innodb(
                new DataDescriptor(100, SnapshotState.FILE_COPY, 0, 1, 1, 0, 0xffff_ffffL, 0, 1L << 40)));
        byte[] hugePacket = {(byte) 255, (byte) 255, (byte) 255, 0, 3};
        return Stream.of(
                Arguments.of(whole),
                Arguments.of(concat(new byte[] {0}, hugeClaim, hugePacket)),
                Arguments.of(new byte[] {1, (byte) 255, (byte) 255, (byte) 255, 0, 2}));
    }

    @MethodSource("seeds")
    @FuzzTest
    void stream(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        StreamRecorder recorder = new StreamRecorder();
        CloneStreamDecoder decoder = new CloneStreamDecoder(recorder, new ReceiveBuffers());
        CountedChannel channel = new CountedChannel(decoder);
        MemorySink sink = new MemorySink(channel.allocator(), SINK_BYTES);
        decoder.setSink(sink);
        int step = 1 + (bytes[0] & 0xff);
        for (int at = 1; at < bytes.length && channel.isOpen(); at += step) {
            channel.receive(bytes, at, Math.min(step, bytes.length - at));
            long memory = channel.allocator().metric().usedHeapMemory()
                    + channel.allocator().metric().usedDirectMemory();
            assertThat(memory).isLessThan(MAX_MEMORY);
        }
        boolean refused = !channel.isOpen();
        sink.release();
        channel.finishWithoutLeak();
        assertThat(recorder.closed).hasSize(1);
        assertThat(recorder.reportsAfterClose).isZero();
        if (refused) {
            assertThat(recorder.closed.get(0)).isInstanceOf(MalformedPacketException.class);
        }
    }
}

package org.jclone.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/** What every codec owes: exact bytes in both directions, and a telling refusal of anything shorter or longer. */
public final class CodecAssert {

    private CodecAssert() {}

    /** Checks that {@code message} becomes {@code golden} and that {@code golden} becomes {@code message}. */
    public static <T> void assertGolden(MessageCodec<T> codec, T message, byte[] golden) {
        ByteBuf out = Unpooled.buffer();
        codec.encode(message, out);
        assertThat(Hex.dump(out)).isEqualTo(Hex.dump(golden));
        assertDecodes(codec, golden, message);
    }

    /** Checks that {@code bytes} becomes {@code message} and that nothing of {@code bytes} is left. */
    public static <T> void assertDecodes(MessageCodec<T> codec, byte[] bytes, T message) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        assertThat(codec.decode(in)).isEqualTo(message);
        assertThat(in.readableBytes()).as("bytes left over").isZero();
    }

    /** Checks that each beginning of {@code golden} shorter than {@code minLength} is refused. */
    public static void assertRejectsEveryTruncation(MessageCodec<?> codec, byte[] golden, int minLength) {
        IntStream.range(0, minLength).forEach(n -> assertRejects(codec, Arrays.copyOf(golden, n)));
    }

    /** The same for a layout with a definite end, which refuses one byte more as well. */
    public static void assertRejectsEveryTruncationAndOneByteTooMany(MessageCodec<?> codec, byte[] golden) {
        assertRejectsEveryTruncation(codec, golden, golden.length);
        MalformedPacketException failure = assertRejects(codec, Arrays.copyOf(golden, golden.length + 1));
        assertThat(failure.field()).isEqualTo("end");
        assertThat(failure.offset()).isEqualTo(golden.length);
    }

    /** Checks that {@code bytes} is refused with a message, a field and an offset that lies within. */
    public static MalformedPacketException assertRejects(MessageCodec<?> codec, byte[] bytes) {
        MalformedPacketException failure = catchThrowableOfType(
                MalformedPacketException.class, () -> codec.decode(Unpooled.wrappedBuffer(bytes)));
        assertThat(failure).as("decoding %s", Hex.dump(bytes)).isNotNull();
        assertThat(failure.messageName()).isNotEmpty();
        assertThat(failure.field()).isNotEmpty();
        assertThat(failure.offset()).isBetween(0, bytes.length);
        assertThat(failure).hasMessageContaining(failure.field() + " at offset " + failure.offset());
        return failure;
    }
}

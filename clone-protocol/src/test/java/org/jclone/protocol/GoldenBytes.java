package org.jclone.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/** Assertions that every message must pass: exact bytes, the round trip, and all truncations. */
public final class GoldenBytes {

    private GoldenBytes() {}

    /** Returns the payload of a worked example that starts with the packet header, and checks the header's length. */
    public static byte[] payload(byte[] packet) {
        ByteBuf in = Unpooled.wrappedBuffer(packet);
        PacketHeader header = PacketHeader.CODEC.decode(in.readSlice(PacketHeader.LENGTH));
        assertThat(header).isEqualTo(new PacketHeader(packet.length - PacketHeader.LENGTH, 0));
        return Arrays.copyOfRange(packet, PacketHeader.LENGTH, packet.length);
    }

    /** Checks {@code codec} in both directions between {@code message} and {@code golden}. */
    public static <T> void assertEncodesAndDecodes(MessageCodec<T> codec, T message, byte[] golden) {
        assertEncodes(out -> codec.encode(message, out), golden);
        assertDecodes(codec::decode, golden, message);
    }

    public static void assertEncodes(Consumer<ByteBuf> encode, byte[] golden) {
        ByteBuf out = Unpooled.buffer();
        encode.accept(out);
        assertThat(Hex.dump(out)).isEqualTo(Hex.dump(golden));
    }

    public static <T> void assertDecodes(Function<ByteBuf, ? extends T> decode, byte[] golden, T message) {
        ByteBuf in = Unpooled.wrappedBuffer(golden);
        assertThat(decode.apply(in)).isEqualTo(message);
        assertThat(in.readableBytes()).as("bytes left").isZero();
    }

    /** Checks that no proper prefix of {@code golden} is a message, and that each failure states its place. */
    public static void assertRejectsEveryTruncation(Function<ByteBuf, ?> decode, byte[] golden) {
        for (int length = 0; length < golden.length; length++) {
            MalformedPacketException failure = assertMalformed(decode, Arrays.copyOf(golden, length));
            assertThat(failure.field()).as("field, of %d bytes", length).isNotEmpty();
            assertThat(failure.offset()).as("offset, of %d bytes", length).isBetween(0, length);
        }
    }

    /** Checks that a byte after the end of {@code golden} is rejected. */
    public static void assertRejectsTrailingByte(Function<ByteBuf, ?> decode, byte[] golden) {
        assertMalformed(decode, Arrays.copyOf(golden, golden.length + 1));
    }

    /** Checks that decoding {@code bytes} fails at {@code field} and {@code offset}. */
    public static void assertMalformed(Function<ByteBuf, ?> decode, byte[] bytes, String field, int offset) {
        MalformedPacketException failure = assertMalformed(decode, bytes);
        assertThat(failure.field() + '@' + failure.offset())
                .as(failure.getMessage())
                .isEqualTo(field + '@' + offset);
    }

    /** Checks that decoding {@code bytes} fails. */
    public static MalformedPacketException assertMalformed(Function<ByteBuf, ?> decode, byte[] bytes) {
        Throwable failure = catchThrowable(() -> decode.apply(Unpooled.wrappedBuffer(bytes)));
        assertThat(failure).as("%d bytes", bytes.length).isInstanceOf(MalformedPacketException.class);
        return (MalformedPacketException) failure;
    }
}

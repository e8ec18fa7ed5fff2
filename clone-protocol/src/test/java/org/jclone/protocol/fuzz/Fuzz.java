package org.jclone.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jclone.protocol.wire.MessageCodec;

/**
 * The contract of every decoder: it decodes the bytes or reports what is wrong, and a decoded message survives a round
 * trip.
 */
public final class Fuzz {

    private Fuzz() {}

    /** Decodes; returns empty if the bytes are rejected with the allowed exception. */
    public static <T> Optional<T> decode(byte[] bytes, Function<ByteBuf, T> decoder) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        try {
            return Optional.of(decoder.apply(in));
        } catch (DecoderException e) {
            assertThat(e.getMessage()).isNotBlank();
            return Optional.empty();
        }
    }

    /** Decodes, encodes, and decodes again. */
    public static <T> void roundTrip(byte[] bytes, Function<ByteBuf, T> decoder, BiConsumer<T, ByteBuf> encoder) {
        decode(bytes, decoder).ifPresent(message -> {
            assertThat(message.toString()).isNotNull();
            ByteBuf out = Unpooled.buffer();
            encoder.accept(message, out);
            T again = decoder.apply(out);
            assertThat(again).isEqualTo(message);
            ReferenceCountUtil.release(message);
        });
    }

    public static <T> void roundTrip(byte[] bytes, MessageCodec<T> codec) {
        roundTrip(bytes, codec::decode, codec::encode);
    }
}

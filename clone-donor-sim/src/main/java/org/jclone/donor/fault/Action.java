package org.jclone.donor.fault;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.wire.Bytes;

/** What happens to a packet, or to its connection. What a packet holds is changed by {@link Rewrite}. */
public record Action(String description, Effect effect) {

    private static final int MAX_DRIPS = 4096;
    private static final int MAX_PIECE = 1 << 20;

    /** Changes how a packet is delivered. */
    interface Effect {

        /** @param position bytes of the packet after which the moment is; 0 but for {@link Moment#afterByte} */
        void apply(Outgoing message, int position, Delivery delivery);
    }

    /** The connection ends with FIN instead of the packet. */
    public static Action close() {
        return end("close", new Step.Close(false));
    }

    /** The connection ends with RST instead of the packet. */
    public static Action reset() {
        return end("reset", new Step.Close(true));
    }

    /** Nothing is sent for a while. */
    public static Action stall(Duration duration) {
        return new Action(
                "stall for " + duration,
                (message, position, delivery) -> delivery.within(position, new Step.Stall(duration)));
    }

    /** Nothing is sent any more, and the connection stays open. */
    public static Action fallSilent() {
        return stall(Duration.ofDays(1));
    }

    /** The packet is sent byte by byte; of a large one only its beginning, which would else take minutes. */
    public static Action drip() {
        return new Action(
                "drip",
                (message, position, delivery) ->
                        delivery.cut(IntStream.range(1, Math.min(MAX_DRIPS, delivery.packet().length))
                                .boxed()
                                .toList()));
    }

    /** The packet is sent in pieces; the seed and the packet's ordinal say where they are cut. */
    public static Action split(long seed, int pieces) {
        return new Action("split into " + pieces + " with seed " + seed, (message, position, delivery) -> {
            Random random = new Random(seed + message.ordinal());
            int length = delivery.packet().length;
            delivery.cut(random.ints(pieces - 1L, 1, Math.max(2, length))
                    .filter(at -> at < length)
                    .sorted()
                    .distinct()
                    .boxed()
                    .toList());
        });
    }

    /** The packet is not sent. */
    public static Action drop() {
        return new Action("drop", (message, position, delivery) -> delivery.drop());
    }

    /** A data descriptor is not sent, and neither are the data behind it: the block never comes. */
    public static Action dropBlock() {
        return new Action("drop block", (message, position, delivery) -> delivery.dropBlock());
    }

    /** The packet is sent twice. */
    public static Action repeat() {
        return new Action(
                "repeat", (message, position, delivery) -> delivery.after(new Step.Send(Bytes.of(delivery.packet()))));
    }

    /** Another message is sent before the packet, many times if need be. */
    public static Action precede(CloneResponse response, int times) {
        return precede("" + response, () -> Bytes.of(Delivery.packet(0, response::encode)), times);
    }

    /** Packets with their headers, or whatever these bytes are, are sent before the packet, many times if need be. */
    public static Action precede(Bytes packets, int times) {
        return precede(packets.length() + " bytes", () -> packets, times);
    }

    private static Action precede(String what, Supplier<Bytes> packets, int times) {
        return new Action("precede by " + times + " of " + what, (message, position, delivery) -> {
            Bytes bytes = packets.get();
            List<Step> pieces = IntStream.iterate(0, at -> at < bytes.length(), at -> at + MAX_PIECE)
                    .mapToObj(at -> bytes.slice(at, Math.min(at + MAX_PIECE, bytes.length())))
                    .map(piece -> (Step) new Step.Send(piece))
                    .toList();
            for (int i = 0; i < times; i++) {
                pieces.forEach(delivery::before);
            }
        });
    }

    /** The donor has an error of its own instead of sending the packet; only for connections in clone mode. */
    public static Action refuse(int errorCode, String text) {
        Step step = new Step.Refuse(errorCode, text);
        return new Action(
                "refuse with " + errorCode, (message, position, delivery) -> delivery.endWithin(position, step));
    }

    /** The donor restarts instead of sending the packet; the next clone has the ids of the first. */
    public static Action restart() {
        return end("restart", new Step.Restart());
    }

    /** Something else happens in the world, just before the packet is sent. */
    public static Action call(String description, Runnable event) {
        return new Action(description, (message, position, delivery) -> event.run());
    }

    private static Action end(String description, Step step) {
        return new Action(description, (message, position, delivery) -> delivery.endWithin(position, step));
    }

    @Override
    public String toString() {
        return description;
    }
}

package org.jclone.donor.fault;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.wire.Bytes;

/** What happens to a packet or to its connection. {@link Rewrite} has the actions that change a packet's contents. */
public record Action(String description, Effect effect) {

    private static final int MAX_DRIPS = 4096;
    private static final int MAX_PIECE = 1 << 20;

    /** Changes how a packet is delivered. */
    interface Effect {

        /** @param position offset in the packet at which the fault strikes; 0 except for {@link Moment#afterByte} */
        void apply(Outgoing message, int position, Delivery delivery);
    }

    /** Closes the connection with FIN instead of sending the packet. */
    public static Action close() {
        return end("close", new Step.Close(false));
    }

    /** Closes the connection with RST instead of sending the packet. */
    public static Action reset() {
        return end("reset", new Step.Close(true));
    }

    /** Sends nothing for the given time. */
    public static Action stall(Duration duration) {
        return new Action(
                "stall for " + duration,
                (message, position, delivery) -> delivery.within(position, new Step.Stall(duration)));
    }

    /** Sends nothing more, and keeps the connection open. */
    public static Action fallSilent() {
        return stall(Duration.ofDays(1));
    }

    /** Sends the packet byte by byte. Of a large packet, only the beginning: the whole would take minutes. */
    public static Action drip() {
        return new Action(
                "drip",
                (message, position, delivery) ->
                        delivery.cut(IntStream.range(1, Math.min(MAX_DRIPS, delivery.packet().length))
                                .boxed()
                                .toList()));
    }

    /** Sends the packet in pieces. The seed and the packet's ordinal decide where it is cut. */
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

    /** Does not send the packet. */
    public static Action drop() {
        return new Action("drop", (message, position, delivery) -> delivery.drop());
    }

    /** Sends neither the data descriptor nor the data that follows it, so the block is lost. */
    public static Action dropBlock() {
        return new Action("drop block", (message, position, delivery) -> delivery.dropBlock());
    }

    /** Sends the packet twice. */
    public static Action repeat() {
        return new Action(
                "repeat", (message, position, delivery) -> delivery.after(new Step.Send(Bytes.of(delivery.packet()))));
    }

    /** Sends another message before the packet, {@code times} times. */
    public static Action precede(CloneResponse response, int times) {
        return precede("" + response, () -> Bytes.of(Delivery.packet(0, response::encode)), times);
    }

    /** Sends these bytes before the packet, {@code times} times: packets with their headers, or arbitrary bytes. */
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

    /** Fails with an error of the donor instead of sending the packet. Only for connections in clone mode. */
    public static Action refuse(int errorCode, String text) {
        Step step = new Step.Refuse(errorCode, text);
        return new Action(
                "refuse with " + errorCode, (message, position, delivery) -> delivery.endWithin(position, step));
    }

    /** Restarts the donor instead of sending the packet. The next clone gets the same ids as the first. */
    public static Action restart() {
        return end("restart", new Step.Restart());
    }

    /** Runs {@code event} just before the packet is sent. */
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

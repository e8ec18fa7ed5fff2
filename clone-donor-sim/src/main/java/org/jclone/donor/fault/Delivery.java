package org.jclone.donor.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.Bytes;

/**
 * How one packet is delivered: begins as one step that sends it, and actions change that. Several may strike at one
 * packet: what an action before has cut off is not changed any more.
 */
final class Delivery {

    private final List<Step> before = new ArrayList<>();
    private final List<Step> after = new ArrayList<>();
    private byte[] packet;
    private boolean ended;
    private boolean dataDropped;

    Delivery(byte[] packet) {
        this.packet = packet;
    }

    byte[] packet() {
        return packet;
    }

    /** Changes what the packet holds, its header included. */
    void editPacket(UnaryOperator<byte[]> edit) {
        if (packet.length >= PacketHeader.LENGTH) {
            packet = edit.apply(packet);
        }
    }

    /** Replaces the payload and makes the header fit. */
    void setPayload(byte[] payload) {
        if (packet.length >= PacketHeader.LENGTH) {
            packet = packet(packet[3], out -> out.writeBytes(payload));
        }
    }

    byte[] payload() {
        int length = Math.max(0, packet.length - PacketHeader.LENGTH);
        return Arrays.copyOfRange(packet, packet.length - length, packet.length);
    }

    void drop() {
        packet = new byte[0];
    }

    /** The packet is not sent, and neither are the data that it announces. */
    void dropBlock() {
        drop();
        dataDropped = true;
    }

    boolean isDataDropped() {
        return dataDropped;
    }

    void before(Step step) {
        before.add(step);
    }

    void after(Step step) {
        after.add(step);
    }

    /** Does {@code step} when {@code position} bytes of the packet have been sent; what is left follows. */
    void within(int position, Step step) {
        int at = Math.min(position, packet.length);
        if (at > 0) {
            before.add(new Step.Send(slice(0, at)));
        }
        before.add(step);
        packet = slice(at, packet.length).toByteArray();
    }

    /** Does {@code step} when {@code position} bytes of the packet have been sent; nothing follows. */
    void endWithin(int position, Step step) {
        within(position, step);
        ended = true;
    }

    /** Sends the packet in pieces, cut at the given positions, which ascend. */
    void cut(List<Integer> positions) {
        Bytes whole = Bytes.of(packet); // once, since there may be as many pieces as bytes
        int from = 0;
        for (int position : positions) {
            before.add(new Step.Send(whole.slice(from, position)));
            from = position;
        }
        packet = whole.slice(from, packet.length).toByteArray();
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>(before);
        if (!ended) {
            if (packet.length > 0) {
                steps.add(new Step.Send(Bytes.of(packet)));
            }
            steps.addAll(after);
        }
        return steps;
    }

    private Bytes slice(int from, int to) {
        return Bytes.of(packet).slice(from, to);
    }

    /** A packet of less than 16 MiB. */
    static byte[] packet(int sequenceId, Consumer<ByteBuf> payload) {
        ByteBuf out = Unpooled.buffer();
        out.writeZero(PacketHeader.LENGTH);
        payload.accept(out);
        out.setMediumLE(0, out.readableBytes() - PacketHeader.LENGTH);
        out.setByte(3, sequenceId);
        return Bytes.read(out, out.readableBytes()).toByteArray();
    }
}

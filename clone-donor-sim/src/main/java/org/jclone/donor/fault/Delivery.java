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
 * How one packet is delivered. It begins as a single step that sends the packet, and actions change that. Several
 * actions may strike the same packet; a later action does not change what an earlier one cut off.
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

    /** Changes the packet, including its header. */
    void editPacket(UnaryOperator<byte[]> edit) {
        if (packet.length >= PacketHeader.LENGTH) {
            packet = edit.apply(packet);
        }
    }

    /** Replaces the payload and updates the length in the header. */
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

    /** Drops the packet and the data that it announces. */
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

    /** Runs {@code step} after {@code position} bytes of the packet, then sends the rest. */
    void within(int position, Step step) {
        int at = Math.min(position, packet.length);
        if (at > 0) {
            before.add(new Step.Send(slice(0, at)));
        }
        before.add(step);
        packet = slice(at, packet.length).toByteArray();
    }

    /** Runs {@code step} after {@code position} bytes of the packet, and sends nothing more. */
    void endWithin(int position, Step step) {
        within(position, step);
        ended = true;
    }

    /** Sends the packet in pieces, cut at the given positions in ascending order. */
    void cut(List<Integer> positions) {
        Bytes whole = Bytes.of(packet); // copied once: there may be as many pieces as bytes
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

    /** Builds a packet of less than 16 MiB. */
    static byte[] packet(int sequenceId, Consumer<ByteBuf> payload) {
        ByteBuf out = Unpooled.buffer();
        out.writeZero(PacketHeader.LENGTH);
        payload.accept(out);
        out.setMediumLE(0, out.readableBytes() - PacketHeader.LENGTH);
        out.setByte(3, sequenceId);
        return Bytes.read(out, out.readableBytes()).toByteArray();
    }
}

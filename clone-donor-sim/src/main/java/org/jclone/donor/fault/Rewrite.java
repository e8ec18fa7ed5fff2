package org.jclone.donor.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.Bytes;

/** Actions that change what a packet holds. Offsets in a descriptor count from its first byte. */
public final class Rewrite {

    /** Code of the response, storage engine, locator index. */
    private static final int DESCRIPTOR_OFFSET = 3;

    private static final int NAME_LENGTH_OFFSET = 58;

    private Rewrite() {}

    public static Action sequenceId(int sequenceId) {
        return packet("sequence id " + sequenceId, packet -> {
            packet[3] = (byte) sequenceId;
            return packet;
        });
    }

    /** The header says another length than the packet has. */
    public static Action payloadLength(int length) {
        return packet("payload length " + length, packet -> {
            Unpooled.wrappedBuffer(packet).setMediumLE(0, length);
            return packet;
        });
    }

    /** Turns one bit of the packet, header included; where is up to the seed. */
    public static Action flipBit(long seed) {
        return packet("a bit flipped with seed " + seed, packet -> {
            Random random = new Random(seed);
            packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            return packet;
        });
    }

    public static Action payload(String description, UnaryOperator<byte[]> edit) {
        return new Action(
                description, (message, position, delivery) -> delivery.setPayload(edit.apply(delivery.payload())));
    }

    /** Another message in place of the packet. */
    public static Action replaceBy(CloneResponse response) {
        return payload("replaced by " + response, payload -> encode(response));
    }

    /** The code of the response is another one. */
    public static Action responseCode(int code) {
        return payload("response code " + code, payload -> {
            payload[0] = (byte) code;
            return payload;
        });
    }

    /** Four bytes of the descriptor are another number: 0 = version, 4 = length, 8 = type. */
    public static Action descriptorField(int offset, int value) {
        return payload("field at " + offset + " = " + value, payload -> {
            Unpooled.wrappedBuffer(payload).setInt(DESCRIPTOR_OFFSET + offset, value);
            return payload;
        });
    }

    /** The name in file metadata is these bytes and a NUL, whatever they are. */
    public static Action rawFileName(Bytes name) {
        return payload("file name " + name, payload -> {
            ByteBuf old = Unpooled.wrappedBuffer(payload);
            int base = DESCRIPTOR_OFFSET + FileDescriptor.BASE_LENGTH;
            ByteBuf out = Unpooled.buffer();
            out.writeBytes(old, 0, base);
            name.writeTo(out);
            out.writeByte(0);
            out.setInt(DESCRIPTOR_OFFSET + 4, FileDescriptor.BASE_LENGTH + name.length() + 1);
            out.setInt(DESCRIPTOR_OFFSET + NAME_LENGTH_OFFSET, name.length() + 1);
            return Bytes.read(out, out.readableBytes()).toByteArray();
        });
    }

    public static Action file(String description, UnaryOperator<FileDescriptor> edit) {
        return descriptor(description, FileDescriptor.class, edit);
    }

    public static Action data(String description, UnaryOperator<DataDescriptor> edit) {
        return descriptor(description, DataDescriptor.class, edit);
    }

    public static Action state(String description, UnaryOperator<StateDescriptor> edit) {
        return descriptor(description, StateDescriptor.class, edit);
    }

    private static <D extends CloneDescriptor> Action descriptor(
            String description, Class<D> type, UnaryOperator<D> edit) {
        return new Action(description, (message, position, delivery) -> {
            Optional<D> found = message.descriptor(type);
            found.ifPresent(
                    descriptor -> delivery.setPayload(encode(DataDescriptorResponse.innodb(edit.apply(descriptor)))));
        });
    }

    private static Action packet(String description, UnaryOperator<byte[]> edit) {
        return new Action(description, (message, position, delivery) -> delivery.editPacket(edit));
    }

    private static byte[] encode(CloneResponse response) {
        byte[] packet = Delivery.packet(0, response::encode);
        return Bytes.of(packet).slice(PacketHeader.LENGTH, packet.length).toByteArray();
    }
}

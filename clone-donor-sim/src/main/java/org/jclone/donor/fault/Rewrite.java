package org.jclone.donor.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.Random;
import java.util.function.ObjIntConsumer;
import java.util.function.UnaryOperator;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.Bytes;

/** Actions that change the contents of a packet. Offsets in a descriptor count from its first byte. */
public final class Rewrite {

    /** Code of the response, storage engine, locator index. */
    private static final int DESCRIPTOR_OFFSET = 3;

    private static final int NAME_LENGTH_OFFSET = 58;

    private Rewrite() {}

    /**
     * Writes a wrong sequence id into the header.
     *
     * @param sequenceId the id
     * @return the action
     */
    public static Action sequenceId(int sequenceId) {
        return packet("sequence id " + sequenceId, packet -> {
            packet[3] = (byte) sequenceId;
            return packet;
        });
    }

    /** Writes a wrong payload length into the header. */
    public static Action payloadLength(int length) {
        return packet("payload length " + length, packet -> {
            Unpooled.wrappedBuffer(packet).setMediumLE(0, length);
            return packet;
        });
    }

    /** Flips one bit of the packet, header included. The seed decides which. */
    public static Action flipBit(long seed) {
        return packet("a bit flipped with seed " + seed, packet -> {
            Random random = new Random(seed);
            packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            return packet;
        });
    }

    /**
     * Changes the payload of a packet.
     *
     * @param description for the script's text
     * @param edit makes the new payload
     * @return the action
     */
    public static Action payload(String description, UnaryOperator<byte[]> edit) {
        return new Action(
                description, (message, position, delivery) -> delivery.setPayload(edit.apply(delivery.payload())));
    }

    /** Changes the code of the response. */
    public static Action responseCode(int code) {
        return payload("response code " + code, payload -> {
            if (payload.length > 0) {
                payload[0] = (byte) code;
            }
            return payload;
        });
    }

    /** Flips one bit of the payload after the response code: a bit of a page if the packet carries data. */
    public static Action flipDataBit(long seed) {
        return payload("a bit of the data flipped with seed " + seed, payload -> {
            Random random = new Random(seed);
            if (payload.length > 1) {
                payload[1 + random.nextInt(payload.length - 1)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            }
            return payload;
        });
    }

    /** Replaces a u32 of the descriptor: offset 0 = version, 4 = length, 8 = type. */
    public static Action descriptorField(int offset, int value) {
        return descriptorBytes(
                "field at " + offset + " = " + value, offset, Integer.BYTES, (out, at) -> out.setInt(at, value));
    }

    /** Replaces a u64 of the descriptor: offset 36 = data offset, 44 = file size. */
    public static Action descriptorLong(int offset, long value) {
        return descriptorBytes(
                "field at " + offset + " = " + value, offset, Long.BYTES, (out, at) -> out.setLong(at, value));
    }

    private static Action descriptorBytes(String description, int offset, int length, ObjIntConsumer<ByteBuf> change) {
        return new Action(description, (message, position, delivery) -> {
            byte[] payload = delivery.payload();
            int at = DESCRIPTOR_OFFSET + offset;
            if (message.descriptor().isPresent() && at + length <= payload.length) {
                change.accept(Unpooled.wrappedBuffer(payload), at);
                delivery.setPayload(payload);
            }
        });
    }

    /** Replaces the file name in file metadata with these bytes and a NUL. The bytes are not validated. */
    public static Action rawFileName(Bytes name) {
        return new Action("file name " + name, (message, position, delivery) -> {
            if (message.descriptor(FileDescriptor.class).isPresent()) {
                delivery.setPayload(withName(delivery.payload(), name));
            }
        });
    }

    private static byte[] withName(byte[] payload, Bytes name) {
        ByteBuf out = Unpooled.buffer();
        out.writeBytes(payload, 0, DESCRIPTOR_OFFSET + FileDescriptor.BASE_LENGTH);
        name.writeTo(out);
        out.writeByte(0);
        out.setInt(DESCRIPTOR_OFFSET + 4, FileDescriptor.BASE_LENGTH + name.length() + 1);
        out.setInt(DESCRIPTOR_OFFSET + NAME_LENGTH_OFFSET, name.length() + 1);
        return Bytes.read(out, out.readableBytes()).toByteArray();
    }

    /** Replaces the estimate of bytes in the start of a state. */
    public static Action estimate(long bytes) {
        return state(
                "an estimate of " + bytes,
                start -> new StateDescriptor(
                        start.version(),
                        start.state(),
                        start.taskIndex(),
                        start.chunkCount(),
                        start.fileCount(),
                        bytes,
                        bytes,
                        start.flags()));
    }

    /**
     * Changes the metadata of a file.
     *
     * @param description for the script's text
     * @param edit makes the new descriptor
     * @return the action
     */
    public static Action file(String description, UnaryOperator<FileDescriptor> edit) {
        return descriptor(description, FileDescriptor.class, edit);
    }

    /**
     * Changes the descriptor of a state.
     *
     * @param description for the script's text
     * @param edit makes the new descriptor
     * @return the action
     */
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

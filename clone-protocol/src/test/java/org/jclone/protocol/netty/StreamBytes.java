package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.packet.PacketHeader;

/** Builds a donor's stream as it is on the wire. */
final class StreamBytes {

    private static final int FULL = PacketHeader.MAX_PAYLOAD_LENGTH;

    private StreamBytes() {}

    static DataDescriptor block(long dataLength) {
        return new DataDescriptor(100, SnapshotState.FILE_COPY, 0, 1, 1, 0, dataLength, 0, dataLength);
    }

    static byte[] packet(int sequenceId, byte... payload) {
        return packet(sequenceId, payload, 0, payload.length);
    }

    static byte[] packet(int sequenceId, byte[] payload, int offset, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(PacketHeader.LENGTH + length);
        out.write(length);
        out.write(length >> 8);
        out.write(length >> 16);
        out.write(sequenceId);
        out.write(payload, offset, length);
        return out.toByteArray();
    }

    /** Returns a payload in as many packets as it needs. */
    static byte[] packets(byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i <= payload.length / FULL; i++) {
            out.writeBytes(packet(i, payload, i * FULL, Math.min(FULL, payload.length - i * FULL)));
        }
        return out.toByteArray();
    }

    static byte[] message(CloneResponse response) {
        ByteBuf out = Unpooled.buffer();
        response.encode(out);
        return packet(0, ByteBufUtil.getBytes(out));
    }

    static byte[] descriptor(DataDescriptor block) {
        return message(DataDescriptorResponse.innodb(block));
    }

    /** Returns COM_RES_DATA without the descriptor before it. */
    static byte[] data(byte... content) {
        return packets(concat(new byte[] {3}, content));
    }

    /** Returns a block: descriptor and data. */
    static byte[] blockOf(byte... content) {
        return concat(descriptor(block(content.length)), data(content));
    }

    /** Returns bytes that differ wherever an error of a few bytes would show. */
    static byte[] content(int length) {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) (i ^ i >> 7 ^ i >> 15);
        }
        return content;
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}

package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Decodes a donor's byte stream in clone mode, in pieces of any size. Small messages become records; the bytes of
 * blocks go to the {@link DataSink}.
 *
 * <pre>
 *   HEADER ──4 bytes──► CODE ──any other code──► MESSAGE ──complete──► HEADER
 *                         └────── 3 (DATA) ────► DATA ─────complete──► HEADER
 * </pre>
 *
 * <p>Each message starts at sequence id 0. Only the further packets of data of 16 MiB and more increment the id; the
 * last of them may be empty. Source: docs/protocol/01-wire-protocol.md, sections 1.1, 2.3 and 3.5.
 */
final class CloneResponseDecoder {

    private enum State {
        HEADER,
        CODE,
        MESSAGE,
        DATA
    }

    /**
     * The maximum length of a message other than data. Such a message is always one packet; long file names and errors
     * stay far below.
     */
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final CloneStreamListener listener;
    private final ResponseHeader header = new ResponseHeader();

    private ByteBufAllocator allocator;
    private boolean wipesInput;
    private DataSink sink;
    private boolean statementMode;

    private State state = State.HEADER;
    private int packetRemaining;
    private ByteBuf message;
    private DataDescriptor announced;
    private long lastBlockBytes = Long.MAX_VALUE; // most blocks are large
    private long dataRemaining;
    private long receivedData;
    private long receivedNetwork;

    CloneResponseDecoder(CloneStreamListener listener) {
        this.listener = listener;
    }

    /**
     * @param tls whether the input was decrypted: possible secrets in it are then wiped
     */
    void begin(ByteBufAllocator allocator, boolean tls) {
        this.allocator = allocator;
        wipesInput = tls;
    }

    void setSink(DataSink sink) {
        this.sink = sink;
    }

    /** Switches from clone mode to SQL messages. */
    void leaveCloneMode() {
        statementMode = true;
    }

    /** Returns how many bytes of the current block its current packet has yet to deliver; 0 outside of blocks. */
    int dataWanted() {
        return state == State.DATA ? packetRemaining : 0;
    }

    /** Returns the size of the last announced block, the likely size of the next blocks. */
    long lastBlockBytes() {
        return lastBlockBytes;
    }

    /** Returns the buffer for the next bytes of the current block. */
    ByteBuf dataBuffer() {
        return sink.buffer();
    }

    /**
     * Records that {@code count} bytes of the block were received directly into {@link #dataBuffer()}, after its
     * writer index.
     */
    void receivedInPlace(int count) {
        ByteBuf buffer = sink.buffer();
        buffer.writerIndex(buffer.writerIndex() + count);
        onData(count);
    }

    /** Returns the bytes of blocks since the last call. */
    long takeReceivedData() {
        long taken = receivedData;
        receivedData = 0;
        return taken;
    }

    /** Returns the bytes of packets, without their headers, since the last call. */
    long takeReceivedNetwork() {
        long taken = receivedNetwork;
        receivedNetwork = 0;
        return taken;
    }

    /** Decodes at least one byte, and at most the rest of one message. */
    void decode(ByteBuf in) {
        switch (state) {
            case HEADER -> decodeHeader(in);
            case CODE -> decodeCode(in);
            case MESSAGE -> decodeMessage(in);
            case DATA -> decodeData(in);
        }
    }

    private void decodeHeader(ByteBuf in) {
        boolean continued = header.continues();
        if (!header.read(in, statementMode ? 1 : 0)) {
            return;
        }
        packetRemaining = header.payloadLength();
        if (continued) {
            beginDataPacket(packetRemaining);
        } else {
            state = State.CODE;
        }
    }

    private void decodeCode(ByteBuf in) {
        int code = in.getUnsignedByte(in.readerIndex());
        if (code != CloneResponseCode.DATA.wireCode() || statementMode) {
            if (code == CloneResponseCode.ERROR.wireCode()) {
                announced = null; // the donor cannot send the announced data
            }
            beginMessage(packetRemaining);
            return;
        }
        in.skipBytes(1);
        packetRemaining--;
        receivedNetwork++;
        if (announced == null || sink == null) {
            throw malformed("code", PacketHeader.LENGTH, "data without a data descriptor before it");
        }
        dataRemaining = announced.dataLength();
        sink.begin(announced);
        beginDataPacket(packetRemaining);
    }

    private void beginMessage(int length) {
        header.endOfMessage();
        if (length > MAX_MESSAGE_BYTES) {
            throw malformed("payloadLength", 0, length + " (expected: <= " + MAX_MESSAGE_BYTES + ')');
        }
        if (announced != null) {
            throw malformed("code", PacketHeader.LENGTH, "a data descriptor without its data after it");
        }
        message = allocator.buffer(length);
        state = State.MESSAGE;
    }

    private void decodeMessage(ByteBuf in) {
        int count = Math.min(packetRemaining, in.readableBytes());
        message.writeBytes(in, count);
        if (wipesInput) { // file metadata may contain a key in plain text: leave no copy behind
            in.setZero(in.readerIndex() - count, count);
        }
        packetRemaining -= count;
        receivedNetwork += count;
        if (packetRemaining > 0) {
            return;
        }
        state = State.HEADER;
        ByteBuf complete = message;
        message = null;
        try {
            onMessage(complete);
        } finally {
            wipe(complete);
        }
    }

    private void onMessage(ByteBuf payload) {
        if (statementMode) {
            listener.onStatementAnswer(payload);
            return;
        }
        int bytes = payload.readableBytes();
        CloneResponse response = CloneResponse.decode(payload);
        Optional<DataDescriptor> block = response.announcedData();
        if (block.isPresent()) {
            onAnnouncement(block.get());
        } else {
            listener.onResponse(response, bytes);
        }
    }

    private void onAnnouncement(DataDescriptor block) {
        if (block.dataLength() == 0) {
            throw new MalformedPacketException("DataDescriptor", "dataLength", 32, "0 (expected: more)");
        }
        announced = block;
        lastBlockBytes = block.dataLength();
    }

    private void beginDataPacket(int length) {
        boolean fits = header.isLast() ? length == dataRemaining : length <= dataRemaining;
        if (!fits) {
            throw malformed(
                    "payloadLength",
                    0,
                    length + " bytes of data (expected: " + dataRemaining + " according to the descriptor)");
        }
        state = State.DATA;
        if (length == 0) {
            endDataPacket();
        }
    }

    private void decodeData(ByteBuf in) {
        ByteBuf buffer = sink.buffer();
        int count = Math.min(Math.min(packetRemaining, in.readableBytes()), buffer.writableBytes());
        boolean secret = sink.isSecret();
        buffer.writeBytes(in, count);
        if (secret) {
            in.setZero(in.readerIndex() - count, count);
        }
        onData(count);
    }

    /** Records that {@code count} bytes of the block are in the sink's buffer. */
    private void onData(int count) {
        packetRemaining -= count;
        dataRemaining -= count;
        receivedData += count;
        receivedNetwork += count;
        sink.received(count);
        if (packetRemaining == 0) {
            endDataPacket();
        }
    }

    private void endDataPacket() {
        state = State.HEADER;
        if (header.isLast()) {
            announced = null;
            sink.end();
        }
    }

    private static MalformedPacketException malformed(String field, int offset, String reason) {
        return new MalformedPacketException("CloneResponse", field, offset, reason);
    }

    /** Discards and overwrites a partly received message. */
    void close() {
        if (message != null) {
            wipe(message);
            message = null;
        }
        if (sink != null) {
            sink.abandon();
        }
    }

    /** Overwrites a message, because file metadata may contain a key in plain text. */
    private static void wipe(ByteBuf message) {
        message.setZero(0, message.capacity());
        message.release();
    }
}

package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * From bytes, in whatever pieces they come, to the messages of a donor in clone mode. Small messages become records;
 * the bytes of blocks go to the {@link DataSink}.
 *
 * <pre>
 *   HEADER ──4 bytes──► CODE ──any other code──► MESSAGE ──complete──► HEADER
 *                         └────── 3 (DATA) ────► DATA ─────complete──► HEADER
 * </pre>
 *
 * <p>Every message starts at sequence id 0; only the further packets of data of 16 MiB and more count up, the last of
 * them may be empty. Source: docs/protocol/01-wire-protocol.md, sections 1.1, 2.3 and 3.5.
 */
final class CloneResponseDecoder {

    private enum State {
        HEADER,
        CODE,
        MESSAGE,
        DATA
    }

    /** Largest message besides data, which is always one packet: a long file name or an error stay far below. */
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
     * @param tls whether input is plain text of what came encrypted: then no copy of what may be secret stays behind
     */
    void begin(ByteBufAllocator allocator, boolean tls) {
        this.allocator = allocator;
        wipesInput = tls;
    }

    void setSink(DataSink sink) {
        this.sink = sink;
    }

    /** From now on messages are SQL's. */
    void leaveCloneMode() {
        statementMode = true;
    }

    /** Bytes of the current block that its current packet has yet to bring; 0 outside of blocks. */
    int dataWanted() {
        return state == State.DATA ? packetRemaining : 0;
    }

    /** Size of the block that was announced last, which says what the next are likely to be. */
    long lastBlockBytes() {
        return lastBlockBytes;
    }

    /** Where the next bytes of the current block go. */
    ByteBuf dataBuffer() {
        return sink.buffer();
    }

    /** {@code count} bytes of the block were received behind the writer index of {@link #dataBuffer()} itself. */
    void receivedInPlace(int count) {
        ByteBuf buffer = sink.buffer();
        buffer.writerIndex(buffer.writerIndex() + count);
        onData(count);
    }

    /** Bytes of blocks since the last call. */
    long takeReceivedData() {
        long taken = receivedData;
        receivedData = 0;
        return taken;
    }

    /** Bytes of packets, without their headers, since the last call. */
    long takeReceivedNetwork() {
        long taken = receivedNetwork;
        receivedNetwork = 0;
        return taken;
    }

    /** Takes in at least one byte, and no more than belong to one message. */
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
                announced = null; // the donor cannot send what it has announced
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
        if (wipesInput) { // file metadata may have a key in plain text; no copy stays behind
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
        if (response instanceof DataDescriptorResponse described
                && described.descriptor() instanceof DataDescriptor block) {
            if (block.dataLength() == 0) {
                throw new MalformedPacketException("DataDescriptor", "dataLength", 32, "0 (expected: more)");
            }
            announced = block;
            lastBlockBytes = block.dataLength();
        } else {
            listener.onResponse(response, bytes);
        }
    }

    private void beginDataPacket(int length) {
        boolean fits = header.isLast() ? length == dataRemaining : length <= dataRemaining;
        if (!fits) {
            throw malformed(
                    "payloadLength",
                    0,
                    length + " bytes of data (expected: " + dataRemaining + " as the descriptor says)");
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

    /** {@code count} bytes of the block are in the sink's buffer. */
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

    /** Gives up what is half received, and overwrites it. */
    void close() {
        if (message != null) {
            wipe(message);
            message = null;
        }
        if (sink != null) {
            sink.abandon();
        }
    }

    /** File metadata may have a key in plain text. */
    private static void wipe(ByteBuf message) {
        message.setZero(0, message.capacity());
        message.release();
    }
}

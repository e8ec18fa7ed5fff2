package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Decodes what a donor sends in clone mode. Small messages become records; the bytes of blocks go to the
 * {@link DataSink}, received straight into its buffers where no TLS lies between.
 *
 * <pre>
 *   HEADER ──4 bytes──► CODE ──any other code──► MESSAGE ──complete──► HEADER
 *                         └────── 3 (DATA) ────► DATA ─────complete──► HEADER
 * </pre>
 *
 * <p>Every message starts at sequence id 0; only the further packets of data of 16 MiB and more count up, the last of
 * them may be empty. Source: docs/protocol/01-wire-protocol.md, sections 1.1, 2.3 and 3.5.
 *
 * <p>The handler reads on demand: it stops while a {@link Pause} is in force, which leaves the rest to the kernel's
 * TCP window. All methods belong to the event loop unless they say otherwise.
 */
public final class CloneStreamDecoder extends ChannelInboundHandlerAdapter implements ReceiveBuffers.Source {

    /** Why reading has stopped. */
    public enum Pause {
        /** Other connections have yet to reach the same state. */
        BARRIER,
        /** A bandwidth limit. */
        THROTTLE,
        /** Fewer connections are faster. */
        PARKED;

        private int mask() {
            return 1 << ordinal();
        }
    }

    private enum State {
        HEADER,
        CODE,
        MESSAGE,
        DATA,
        CLOSED
    }

    /** Largest message besides data, which is always one packet: a long file name or an error stay far below. */
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    /** A remainder smaller than this is copied from a scratch buffer that takes the next headers along. */
    private static final int MIN_DIRECT_BYTES = 16 << 10;

    /** Scratch between two large blocks: headers and a little of the next block, which is then copied. */
    private static final int SMALL_SCRATCH_BYTES = 8 << 10;

    /** Scratch with TLS, and when blocks are pages, so that one read takes many. */
    private static final int LARGE_SCRATCH_BYTES = 256 << 10;

    private final CloneStreamListener listener;
    private final ReceiveBuffers receiveBuffers;
    private final Deque<ByteBuf> pending = new ArrayDeque<>();

    private ChannelHandlerContext context;
    private DataSink sink;
    private boolean tls;
    private CompressedPacketHandler compression;
    private State state = State.HEADER;
    private int pauses;
    private boolean decoding;
    private boolean statementMode;

    private final ResponseHeader header = new ResponseHeader();
    private int packetRemaining;
    private ByteBuf message;
    private DataDescriptor announced;
    private long lastBlockBytes = Long.MAX_VALUE; // most blocks are large
    private long dataRemaining;
    private ByteBuf direct;
    private long receivedData;
    private long receivedNetwork;

    public CloneStreamDecoder(CloneStreamListener listener, ReceiveBuffers receiveBuffers) {
        this.listener = listener;
        this.receiveBuffers = receiveBuffers;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        compression = ctx.pipeline().get(CompressedPacketHandler.class);
        tls = ctx.pipeline().get(SslHandler.class) != null;
        ctx.channel().config().setAutoRead(false);
        receiveBuffers.setSource(this);
        ctx.read();
    }

    /** Sends one packet with sequence id 0, which is how every command of clone mode and of SQL starts. Any thread. */
    public ChannelFuture send(Consumer<ByteBuf> payload) {
        return PacketWriter.write(context.channel(), context.alloc(), 0, payload);
    }

    /** Says where blocks go; without a sink a block is an error. */
    public void setSink(DataSink sink) {
        this.sink = sink;
    }

    /** From now on answers are SQL's: the connection has left clone mode. */
    public void leaveCloneMode() {
        statementMode = true;
    }

    public void pause(Pause reason) {
        pauses |= reason.mask();
    }

    /** Ends a pause; reading goes on if no other is in force. */
    public void resume(Pause reason) {
        if ((pauses & reason.mask()) == 0) {
            return;
        }
        pauses &= ~reason.mask();
        if (pauses == 0 && !decoding && state != State.CLOSED) {
            try {
                decodePending();
                reportReceived();
            } catch (RuntimeException e) {
                close(e);
            }
            if (isReading()) {
                context.read();
            }
        }
    }

    /** Whether the peer owes us bytes: not paused and still open. */
    public boolean isReading() {
        return pauses == 0 && state != State.CLOSED;
    }

    @Override
    public boolean isPaused() {
        return pauses != 0;
    }

    @Override
    public ByteBuf directBuffer() {
        if (tls
                || compression != null
                || state != State.DATA
                || packetRemaining < MIN_DIRECT_BYTES
                || !pending.isEmpty()) {
            return null;
        }
        ByteBuf buffer = sink.buffer();
        int room = Math.min(buffer.writableBytes(), packetRemaining);
        if (room < MIN_DIRECT_BYTES) {
            return null;
        }
        direct = buffer.retainedSlice(buffer.writerIndex(), room).clear();
        return direct;
    }

    @Override
    public int scratchBytes() {
        boolean largeBlocks = lastBlockBytes > LARGE_SCRATCH_BYTES;
        return largeBlocks && !tls && compression == null ? SMALL_SCRATCH_BYTES : LARGE_SCRATCH_BYTES;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // asks whether it is the very buffer that was offered
    public void channelRead(ChannelHandlerContext ctx, Object received) {
        ByteBuf in = (ByteBuf) received;
        if (state == State.CLOSED) {
            in.release();
        } else if (in == direct) {
            int count = in.readableBytes();
            ByteBuf buffer = sink.buffer();
            buffer.writerIndex(buffer.writerIndex() + count);
            direct = null;
            in.release();
            onData(count);
            reportReceived();
        } else {
            pending.add(in);
            decodePending();
            reportReceived();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        direct = null;
        if (isReading()) {
            ctx.read();
        }
    }

    /** After each read of several in a row, so that a limit of bandwidth ends the row. */
    private void reportReceived() {
        if (receivedNetwork > 0 && state != State.CLOSED) { // data is part of it
            long data = receivedData;
            long network = compression == null ? receivedNetwork : compression.takeReceivedBytes();
            receivedData = 0;
            receivedNetwork = 0;
            listener.onReceived(data, network);
        }
    }

    private void decodePending() {
        decoding = true;
        try {
            while (pauses == 0 && state != State.CLOSED && !pending.isEmpty()) {
                ByteBuf in = pending.peek();
                while (pauses == 0 && state != State.CLOSED && in.isReadable()) {
                    decode(in);
                }
                if (!in.isReadable()) {
                    pending.poll().release();
                }
            }
        } finally {
            decoding = false;
        }
    }

    private void decode(ByteBuf in) {
        switch (state) {
            case HEADER -> decodeHeader(in);
            case CODE -> decodeCode(in);
            case MESSAGE -> decodeMessage(in);
            case DATA -> decodeData(in);
            case CLOSED -> in.skipBytes(in.readableBytes());
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
        message = context.alloc().buffer(length);
        state = State.MESSAGE;
    }

    private void decodeMessage(ByteBuf in) {
        int count = Math.min(packetRemaining, in.readableBytes());
        message.writeBytes(in, count);
        if (tls) { // file metadata may have a key in plain text; no copy stays behind
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
            complete.setZero(0, complete.capacity());
            complete.release();
        }
    }

    private void onMessage(ByteBuf payload) {
        if (statementMode) {
            listener.onStatementAnswer(payload);
            return;
        }
        CloneResponse response = CloneResponse.decode(payload);
        if (response instanceof DataDescriptorResponse described
                && described.descriptor() instanceof DataDescriptor block) {
            if (block.dataLength() == 0) {
                throw new MalformedPacketException("DataDescriptor", "dataLength", 32, "0 (expected: more)");
            }
            announced = block;
            lastBlockBytes = block.dataLength();
        } else {
            listener.onResponse(response);
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

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        close(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close(new ClosedChannelException());
    }

    private void close(Throwable cause) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        pending.forEach(ByteBuf::release);
        pending.clear();
        if (message != null) {
            message.release();
            message = null;
        }
        listener.onClosed(cause); // before the peer, and then our other connections, feel it
        context.close();
    }
}

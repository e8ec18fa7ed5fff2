package org.jclone.recipient.sql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.command.CommandCode;
import org.jclone.protocol.command.QueryCommand;
import org.jclone.protocol.command.QueryResponse;
import org.jclone.protocol.command.QueryResponseDecoder;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.netty.InboundPacket;
import org.jclone.protocol.netty.PacketDecoder;
import org.jclone.protocol.netty.PacketWriter;
import org.jclone.protocol.netty.ServerErrorException;
import org.jclone.protocol.packet.EofPacket;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;

/**
 * Sends statements over a channel and receives the responses, one command at a time. {@link SqlSession} is built on it.
 *
 * <p>Sequence ids start at 0 with each command and count the packets of both sides; in clone mode every message has id 0. Source: docs/protocol/01-wire-protocol.md, sections 2 and 5.9.
 */
public final class SqlConnection extends ChannelInboundHandlerAdapter {

    private static final String PACKET_DECODER = "SqlPacketDecoder";

    /** Far more than any row that our statements return. */
    private static final int MAX_PAYLOAD_BYTES = 4 << 20;

    /** A row that begins with 0xFE has a first value of at least 16 MiB. */
    private static final int SMALLEST_HUGE_ROW = 16 << 20;

    /** Receives the packets of one response. */
    private interface Exchange {

        /** @return whether the response is complete */
        boolean onPacket(ByteBuf payload);

        void fail(Throwable cause);
    }

    private final Channel channel;
    private Exchange exchange;
    private boolean cloneMode;
    private int sequenceId;
    private Throwable closed;

    public SqlConnection(Channel channel) {
        this.channel = channel;
    }

    public Channel channel() {
        return channel;
    }

    /** Sends a statement; fails with {@link SqlException}, or with the cause of a broken connection. Can be called from any thread. */
    public CompletableFuture<Rows> query(String statement, Capabilities capabilities, int maxRows) {
        QueryResponseDecoder decoder = new QueryResponseDecoder(capabilities, maxRows);
        CompletableFuture<Rows> result = new CompletableFuture<>();
        QueryCommand command = new QueryCommand(statement, false);
        begin(new StatementExchange(decoder, result), out -> QueryCommand.CODEC.encode(command, out));
        return result;
    }

    /** Sends a statement and counts the bytes of its rows; fails like {@link #query}. Can be called from any thread. */
    public CompletableFuture<Long> drain(String statement, Capabilities capabilities) {
        CompletableFuture<Long> result = new CompletableFuture<>();
        QueryCommand command = new QueryCommand(statement, false);
        int ends = capabilities.has(Capability.CLIENT_DEPRECATE_EOF) ? 1 : 2;
        begin(new DrainExchange(ends, result), out -> QueryCommand.CODEC.encode(command, out));
        return result;
    }

    /** Enters and leaves clone mode; fails like {@link #query}. Can be called from any thread. */
    public CompletableFuture<Void> tryCloneMode() {
        CompletableFuture<Void> result = new CompletableFuture<>();
        begin(new CloneModeExchange(result), out -> out.writeByte(CommandCode.COM_CLONE.wireCode()));
        return result;
    }

    /**
     * Enters clone mode permanently and hands the connection over to {@code next}; fails with {@link ServerErrorException}, or with the cause of a broken connection. Can be called from any thread.
     */
    public CompletableFuture<Void> handOver(ChannelHandler next) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        begin(new HandOver(next, result), out -> out.writeByte(CommandCode.COM_CLONE.wireCode()));
        return result;
    }

    /** Sends COM_QUIT and closes the channel. Can be called from any thread. */
    public void quit() {
        channel.eventLoop().execute(() -> {
            if (exchange == null && closed == null) {
                send(out -> out.writeByte(CommandCode.COM_QUIT.wireCode()));
            }
            channel.close();
        });
    }

    private void begin(Exchange next, Consumer<ByteBuf> command) {
        channel.eventLoop().execute(() -> {
            if (closed != null) {
                next.fail(closed);
            } else if (exchange != null) {
                next.fail(new IllegalStateException("the previous statement is still running"));
            } else {
                exchange = next;
                send(command);
            }
        });
    }

    private void send(Consumer<ByteBuf> payload) {
        PacketWriter.write(channel, channel.alloc(), 0, payload);
        sequenceId = cloneMode ? 0 : 1;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.pipeline().addBefore(ctx.name(), PACKET_DECODER, new PacketDecoder(MAX_PAYLOAD_BYTES));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        InboundPacket packet = (InboundPacket) message;
        try {
            if (exchange == null) {
                throw UnexpectedPacketException.of("nothing without a statement", packet.payload());
            }
            if (packet.sequenceId() != sequenceId) {
                throw new UnexpectedPacketException(
                        "an answer", "sequence id " + packet.sequenceId() + " (expected: " + sequenceId + ')');
            }
            sequenceId = cloneMode ? 0 : sequenceId + 1 & 0xff;
            if (exchange.onPacket(packet.payload())) {
                exchange = null;
            }
        } finally {
            packet.payload().release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        close(cause);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close(new ClosedChannelException());
    }

    private void close(Throwable cause) {
        if (closed == null) {
            closed = cause;
        }
        if (exchange != null) {
            exchange.fail(closed);
            exchange = null;
        }
    }

    private record StatementExchange(QueryResponseDecoder decoder, CompletableFuture<Rows> result)
            implements Exchange, QueryResponse.Handler<Boolean> {

        @Override
        public boolean onPacket(ByteBuf payload) {
            Optional<QueryResponse> answer = decoder.onPacket(payload);
            return answer.isPresent() && answer.get().accept(this);
        }

        @Override
        public Boolean onOk(OkPacket ok) {
            result.complete(Rows.NONE);
            return true;
        }

        @Override
        public Boolean onErr(ErrPacket error) {
            result.completeExceptionally(new SqlException(error));
            return true;
        }

        @Override
        public Boolean onResultSet(QueryResponse.ResultSet set) {
            result.complete(Rows.of(set));
            return true;
        }

        @Override
        public void fail(Throwable cause) {
            result.completeExceptionally(cause);
        }
    }

    /** Counts the bytes of a result without decoding its rows. */
    private static final class DrainExchange implements Exchange {

        private final CompletableFuture<Long> result;
        private int endsToCome;
        private long bytes;

        /** @param ends number of packets that end the columns and the rows */
        DrainExchange(int ends, CompletableFuture<Long> result) {
            this.endsToCome = ends;
            this.result = result;
        }

        @Override
        public boolean onPacket(ByteBuf payload) {
            if (ErrPacket.isErr(payload)) {
                result.completeExceptionally(new SqlException(ErrPacket.CODEC.decode(payload)));
                return true;
            }
            boolean end = payload.isReadable()
                    && payload.getUnsignedByte(payload.readerIndex()) == EofPacket.HEADER
                    && payload.readableBytes() < SMALLEST_HUGE_ROW;
            if (end && --endsToCome == 0) {
                result.complete(bytes);
                return true;
            }
            bytes += payload.readableBytes();
            return false;
        }

        @Override
        public void fail(Throwable cause) {
            result.completeExceptionally(cause);
        }
    }

    private final class HandOver implements Exchange {

        private final ChannelHandler next;
        private final CompletableFuture<Void> result;

        HandOver(ChannelHandler next, CompletableFuture<Void> result) {
            this.next = next;
            this.result = result;
        }

        @Override
        public boolean onPacket(ByteBuf payload) {
            if (ErrPacket.isErr(payload)) {
                result.completeExceptionally(new ServerErrorException(
                        ErrPacket.CODEC.decode(payload), ServerErrorException.Moment.ENTERING_CLONE_MODE));
                return true;
            }
            OkPacket.CODEC.decode(payload);
            ChannelPipeline pipeline = channel.pipeline();
            pipeline.addAfter(pipeline.context(SqlConnection.this).name(), null, next);
            pipeline.remove(SqlConnection.this);
            pipeline.remove(PACKET_DECODER); // last: on removal it passes undecoded bytes to the next handler
            result.complete(null);
            return true;
        }

        @Override
        public void fail(Throwable cause) {
            result.completeExceptionally(cause);
        }
    }

    private final class CloneModeExchange implements Exchange {

        private final CompletableFuture<Void> result;

        CloneModeExchange(CompletableFuture<Void> result) {
            this.result = result;
        }

        @Override
        public boolean onPacket(ByteBuf payload) {
            if (cloneMode) {
                CloneResponse response = CloneResponse.decode(payload);
                if (!(response instanceof CompleteResponse)) {
                    throw new UnexpectedPacketException("the answer to COM_EXIT", response.toString());
                }
                cloneMode = false;
                result.complete(null);
                return true;
            }
            if (ErrPacket.isErr(payload)) {
                result.completeExceptionally(new SqlException(ErrPacket.CODEC.decode(payload)));
                return true;
            }
            OkPacket.CODEC.decode(payload);
            cloneMode = true;
            send(ExitCommand.INSTANCE::encode);
            return false;
        }

        @Override
        public void fail(Throwable cause) {
            result.completeExceptionally(cause);
        }
    }
}

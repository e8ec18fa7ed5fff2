package org.jclone.donor.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jclone.donor.fault.Step;

/** Executes {@link Step}s in the order of writing. Steps after a stall wait until it ends. */
final class StepHandler extends ChannelOutboundHandlerAdapter implements Step.Handler<Void> {

    /** How long the peer may take to close after the donor has closed. */
    private static final long CLOSE_PATIENCE_SECONDS = 5;

    private record Pending(Object message, ChannelPromise promise) {}

    private final Deque<Pending> pending = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private ChannelPromise current;
    private boolean stalled;
    private boolean closing;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        pending.add(new Pending(message, promise));
        carryOn();
    }

    private void carryOn() {
        while (!stalled && !closing && !pending.isEmpty()) {
            Pending next = pending.poll();
            if (next.message() instanceof Step step) {
                current = next.promise();
                step.accept(this);
            } else {
                context.write(next.message(), next.promise());
            }
        }
        if (closing) {
            failPending();
        }
    }

    @Override
    public Void onSend(Step.Send step) {
        context.writeAndFlush(Unpooled.wrappedBuffer(step.bytes().toByteArray()), current);
        return null;
    }

    @Override
    public Void onStall(Step.Stall step) {
        stalled = true;
        ChannelPromise promise = current;
        context.flush();
        context.executor()
                .schedule(
                        () -> {
                            stalled = false;
                            promise.trySuccess();
                            carryOn();
                            context.flush();
                        },
                        step.duration().toNanos(),
                        TimeUnit.NANOSECONDS);
        return null;
    }

    @Override
    public Void onClose(Step.Close step) {
        closing = true;
        ChannelPromise promise = current;
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            try {
                closeRaw(step.reset());
            } finally {
                promise.tryFailure(new ClosedChannelException());
            }
        });
        return null;
    }

    @Override
    public Void onRefuse(Step.Refuse step) {
        throw new IllegalStateException("the outbox carries this step out");
    }

    @Override
    public Void onRestart(Step.Restart step) {
        throw new IllegalStateException("the outbox carries this step out");
    }

    /** Closes below TLS, which would otherwise send its closing message. */
    private void closeRaw(boolean reset) {
        if (!context.channel().isActive()) {
            return; // the recipient closed first
        }
        if (reset) {
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            context.pipeline().firstContext().close();
        } else {
            ((DuplexChannel) context.channel()).shutdownOutput();
            context.executor().schedule(() -> context.channel().close(), CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        closing = true;
        failPending();
    }

    private void failPending() {
        for (Pending lost : pending) {
            ReferenceCountUtil.release(lost.message());
            lost.promise().tryFailure(new ClosedChannelException());
        }
        pending.clear();
    }
}

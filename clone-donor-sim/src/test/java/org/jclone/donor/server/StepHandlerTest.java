package org.jclone.donor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jclone.donor.fault.Step;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepHandlerTest {

    /** A connection whose peer reads nothing. */
    private static final class Blocked extends ChannelOutboundHandlerAdapter {

        private final Deque<ChannelPromise> waiting = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            waiting.add(promise);
        }
    }

    /** Otherwise a thread that waits for the promise would wait forever, and the clone with it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failsToCloseWhatThePeerHasAlreadyClosed(boolean reset) {
        Blocked blocked = new Blocked();
        EmbeddedChannel channel = new EmbeddedChannel(blocked, new StepHandler());
        ChannelPromise promise = channel.newPromise();
        channel.writeAndFlush(new Step.Close(reset), promise);
        channel.close();
        blocked.waiting.remove().setFailure(new ClosedChannelException());
        assertThat(promise.cause()).isInstanceOf(ClosedChannelException.class);
    }
}

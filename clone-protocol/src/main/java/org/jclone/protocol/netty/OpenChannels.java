package org.jclone.protocol.netty;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The channels of event loops that are about to shut down. A loop that shuts down while it runs tasks, or before it
 * has registered a channel, ends without closing that channel. Close the channels first. Thread-safe.
 */
public final class OpenChannels {

    private final Set<Channel> open = ConcurrentHashMap.newKeySet();

    /** Tracks the channel until it is closed. */
    public void add(Channel channel) {
        if (channel.isOpen()) {
            open.add(channel);
            channel.closeFuture().addListener(closed -> open.remove(channel));
        }
    }

    /** Closes all channels and waits for completion. */
    public void closeAll(Duration patience) {
        List<Channel> left = List.copyOf(open);
        left.forEach(OpenChannels::close);
        long deadline = System.nanoTime() + patience.toNanos();
        left.forEach(channel ->
                channel.closeFuture().awaitUninterruptibly(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
    }

    private static void close(Channel channel) {
        try {
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
        } catch (RejectedExecutionException e) { // the loop terminated, out of memory
            channel.unsafe().closeForcibly();
        }
    }
}

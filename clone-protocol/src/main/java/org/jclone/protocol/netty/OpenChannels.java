package org.jclone.protocol.netty;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The channels of event loops that are to end: a loop that learns of its end while it runs tasks, or before it has
 * heard of a channel, ends without closing it. So they are closed before. Thread-safe.
 */
public final class OpenChannels {

    private final Set<Channel> open = ConcurrentHashMap.newKeySet();

    /** Knows the channel until it is closed. */
    public void add(Channel channel) {
        if (channel.isOpen()) {
            open.add(channel);
            channel.closeFuture().addListener(closed -> open.remove(channel));
        }
    }

    /** Closes all, and waits for it. */
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
        } catch (RejectedExecutionException e) { // the loop died for want of memory
            channel.unsafe().closeForcibly();
        }
    }
}

package org.jclone.donor.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jclone.protocol.wire.Bytes;

/**
 * Limits clients that have not logged in: the number of their connections, in total and per address, and the rate of
 * password attempts per address. Each failed login doubles the delay of the next answer, up to
 * {@link #MAX_DELAY_MILLIS}, and its connection counts during the delay. Thread-safe.
 */
final class Entrance {

    static final int MAX_WAITING = 256;
    static final int MAX_WAITING_PER_ADDRESS = 64;
    static final long MAX_DELAY_MILLIS = 4000;

    private static final long FIRST_DELAY_MILLIS = 100;
    private static final int MAX_ADDRESSES = 10_000;
    private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** The owner of one IPv6 address usually owns all addresses with this prefix. */
    private static final int IPV6_PREFIX_BYTES = 8;

    private static final class Visitor {

        private int waiting;
        private int failures;
        private long lastFailure;
    }

    private final LongSupplier nanoTime;
    private final int maxSessions;
    private final Map<Bytes, Visitor> visitors = new HashMap<>();
    private int waiting;
    private int sessions;

    /** @param maxSessions maximum number of connections that have logged in */
    Entrance(int maxSessions, LongSupplier nanoTime) {
        this.maxSessions = maxSessions;
        this.nanoTime = nanoTime;
    }

    /** Admits a connection. Returns false if there are too many. */
    synchronized boolean enter(InetAddress address) {
        Visitor visitor = visitor(address);
        if (waiting >= MAX_WAITING || visitor.waiting >= MAX_WAITING_PER_ADDRESS || sessions >= maxSessions) {
            return false;
        }
        waiting++;
        visitor.waiting++;
        return true;
    }

    /** Removes a connection that has logged in or was closed. */
    synchronized void leave(InetAddress address) {
        waiting--;
        visitor(address).waiting--;
    }

    synchronized void beginSession(InetAddress address) {
        visitor(address).failures = 0;
        sessions++;
    }

    synchronized void endSession() {
        sessions--;
    }

    /** Records a failed login. Returns the number of failures from this address since its last successful login. */
    synchronized int fail(InetAddress address) {
        Visitor visitor = visitor(address);
        visitor.failures++;
        visitor.lastFailure = nanoTime.getAsLong();
        return visitor.failures;
    }

    /** Returns the delay of the answer to a failed login. */
    static long delayMillis(int failures) {
        return failures > 10 ? MAX_DELAY_MILLIS : Math.min(MAX_DELAY_MILLIS, FIRST_DELAY_MILLIS << failures - 1);
    }

    private Visitor visitor(InetAddress address) {
        if (visitors.size() >= MAX_ADDRESSES) {
            long now = nanoTime.getAsLong();
            visitors.values()
                    .removeIf(visitor -> visitor.waiting == 0
                            && (visitor.failures == 0 || now - visitor.lastFailure > FORGET_NANOS || isFull()));
        }
        return visitors.computeIfAbsent(key(address), any -> new Visitor());
    }

    /** Bounds the memory: forgets addresses with failures early rather than growing. */
    private boolean isFull() {
        return visitors.size() >= 2 * MAX_ADDRESSES;
    }

    private static Bytes key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Bytes.of(address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_PREFIX_BYTES) : bytes);
    }
}

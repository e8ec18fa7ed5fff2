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
 * Bounds what those can take who have not logged in: connections that wait to be logged in on, in sum and of one
 * address, and the passwords that an address can try. After each failed login the answer to the next one takes twice as
 * long, up to {@link #MAX_DELAY_MILLIS}, and its connection counts all that time. Thread-safe.
 */
final class Entrance {

    static final int MAX_WAITING = 256;
    static final int MAX_WAITING_PER_ADDRESS = 64;
    static final long MAX_DELAY_MILLIS = 4000;

    private static final long FIRST_DELAY_MILLIS = 100;
    private static final int MAX_ADDRESSES = 10_000;
    private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** Of an IPv6 address whoever has it has all that begin like it. */
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

    /** @param maxSessions connections that have logged in */
    Entrance(int maxSessions, LongSupplier nanoTime) {
        this.maxSessions = maxSessions;
        this.nanoTime = nanoTime;
    }

    /** A connection is there; false if there are too many. */
    synchronized boolean enter(InetAddress address) {
        Visitor visitor = visitor(address);
        if (waiting >= MAX_WAITING || visitor.waiting >= MAX_WAITING_PER_ADDRESS || sessions >= maxSessions) {
            return false;
        }
        waiting++;
        visitor.waiting++;
        return true;
    }

    /** One that has entered is logged in, or gone. */
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

    /** A login has failed; returns how often that happened at this address since the last that succeeded. */
    synchronized int fail(InetAddress address) {
        Visitor visitor = visitor(address);
        visitor.failures++;
        visitor.lastFailure = nanoTime.getAsLong();
        return visitor.failures;
    }

    /** How long the answer to a failed login takes. */
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

    /** Addresses that failed are forgotten early rather than that memory grows. */
    private boolean isFull() {
        return visitors.size() >= 2 * MAX_ADDRESSES;
    }

    private static Bytes key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Bytes.of(address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_PREFIX_BYTES) : bytes);
    }
}

package org.jclone.daemon.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Counts the connections of one listener, so that no user of the machine can take them all. Users without access share
 * a few, for the routes that are open to everyone. A few of those that are refused learn why.
 */
final class Admission {

    /** Stands for all users without access. */
    private static final int OTHERS = -1;

    /** Each takes as much memory as any other connection, and over TLS some seconds with a client that is silent. */
    private static final int MOST_REFUSALS = 16;

    private final Access access;
    private final HttpLimits limits;

    /** Guarded by this, like the numbers below. */
    private final Map<Integer, Integer> ofUser = new HashMap<>();

    private int all;
    private int refusals;

    Admission(Access access, HttpLimits limits) {
        this.access = access;
        this.limits = limits;
    }

    /**
     * Counts a connection.
     *
     * @param user of the peer; empty if the listener is not a Unix socket
     * @return why it is refused, and not counted; empty if it is counted until it leaves
     */
    synchronized Optional<String> enter(OptionalInt user) {
        if (user.isPresent()) {
            boolean isOther = user.getAsInt() == OTHERS;
            int most = isOther ? limits.connectionsOfOthers() : limits.connectionsOfUser();
            if (ofUser.getOrDefault(user.getAsInt(), 0) >= most) {
                return Optional.of(
                        isOther
                                ? "users who may not use this daemon have " + most + " connections already"
                                : "uid " + user.getAsInt() + " has " + most + " connections already");
            }
        }
        if (all >= limits.connections()) {
            return Optional.of("there are " + limits.connections() + " connections already");
        }
        all++;
        user.ifPresent(number -> ofUser.merge(number, 1, Integer::sum));
        return Optional.empty();
    }

    synchronized void leave(OptionalInt user) {
        all--;
        user.ifPresent(number -> ofUser.merge(number, -1, (old, less) -> old + less == 0 ? null : old + less));
    }

    /** Counts a connection that is refused. Returns whether the client learns why; then it counts until its end. */
    synchronized boolean beginRefusal() {
        if (refusals >= MOST_REFUSALS) {
            return false;
        }
        refusals++;
        return true;
    }

    synchronized void endRefusal() {
        refusals--;
    }

    /**
     * Returns the user for whose connections a peer counts.
     *
     * @param uid empty if the listener is not a Unix socket
     */
    OptionalInt user(OptionalInt uid) {
        if (uid.isEmpty()) {
            return uid;
        }
        try {
            access.admit(new Peer(uid, Optional.empty(), Optional.empty(), Optional.empty()));
            return uid;
        } catch (ProblemException e) {
            return OptionalInt.of(OTHERS);
        }
    }
}

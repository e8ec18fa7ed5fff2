package org.jclone.donor.clone;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jclone.donor.api.DonorEvent;
import org.jclone.donor.api.DonorListener;

/** Counts what one clone has sent, and tells the operator of it. Thread-safe. */
final class CloneTally {

    private final DonorListener listener;
    private final long cloneId;
    private final String recipient;
    private final long begin = System.nanoTime();
    private final LongAdder sentBytes = new LongAdder();
    private final AtomicInteger maxTasks = new AtomicInteger(1);
    private volatile boolean complete;

    CloneTally(DonorListener listener, long cloneId, String recipient) {
        this.listener = listener;
        this.cloneId = cloneId;
        this.recipient = recipient;
    }

    /** Whether {@code peer} has logged in with the account that the clone was begun with. */
    boolean isOfAccount(ClonePeer peer) {
        return accountOf(recipient).equals(accountOf(peer.name()));
    }

    /** An address has no @, the name of an account may. */
    private static String accountOf(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('@')));
    }

    void onSent(int bytes) {
        sentBytes.add(bytes);
    }

    void onTasks(int count) {
        maxTasks.accumulateAndGet(count, Math::max);
    }

    /** All there is was sent. */
    void onComplete() {
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    /** @param detail see {@link DonorEvent#detail()} */
    void tell(DonorEvent.Kind kind, String detail) {
        listener.onEvent(new DonorEvent(
                kind,
                cloneId,
                recipient,
                sentBytes.sum(),
                Duration.ofNanos(System.nanoTime() - begin),
                maxTasks.get(),
                detail));
    }
}

package org.jclone.donor.clone;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jclone.donor.api.DonorEvent;
import org.jclone.donor.api.DonorListener;

/** Counts what one clone has sent, and reports it to the operator. Thread-safe. */
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

    /** Returns whether {@code peer} uses the account that began the clone. */
    boolean isOfAccount(ClonePeer peer) {
        return accountOf(recipient).equals(accountOf(peer.name()));
    }

    /** Strips the address, which contains no @; the account name may contain one. */
    private static String accountOf(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('@')));
    }

    void onSent(int bytes) {
        sentBytes.add(bytes);
    }

    void onTasks(int count) {
        maxTasks.accumulateAndGet(count, Math::max);
    }

    /** Records that everything was sent. */
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

package org.jclone.recipient.session;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jclone.protocol.clone.CloneError;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.RetryPolicy;
import org.jclone.recipient.connection.Abortion;

/** Repeats, as the request allows, what fails before data flows and may succeed later. */
final class Retries {

    /** An attempt that leaves nothing behind when it fails. */
    interface Attempt<T> {
        T make() throws CloneException;
    }

    private static final Set<CloneErrorCode> PASSING =
            EnumSet.of(CloneErrorCode.DONOR_BUSY, CloneErrorCode.CONNECT_FAILED, CloneErrorCode.CONNECTION_LOST);

    private final RetryPolicy policy;
    private final Abortion abortion;
    private final EventPublisher publisher;
    private int made;

    Retries(RetryPolicy policy, Abortion abortion, EventPublisher publisher) {
        this.policy = policy;
        this.abortion = abortion;
        this.publisher = publisher;
    }

    /** Makes attempts until one succeeds, no retries are left, or the failure is permanent. */
    <T> T run(Attempt<T> attempt) throws CloneException {
        while (true) {
            try {
                return attempt.make();
            } catch (CloneException e) {
                if (made == policy.retries() || !mayPass(e)) {
                    throw e;
                }
                made++;
                Duration wait = policy.waitBefore(made);
                publisher.event(new CloneEvent.Retrying(e.getMessage(), made, policy.retries(), wait));
                abortion.sleep(wait.toMillis(), "while waiting to try again");
            }
        }
    }

    /** A blocked host stays blocked until an administrator unblocks it. */
    private static boolean mayPass(CloneException failure) {
        boolean blocked =
                failure instanceof DonorErrorException donor && donor.donorError() == CloneError.ER_HOST_IS_BLOCKED;
        return PASSING.contains(failure.code()) && !blocked;
    }
}

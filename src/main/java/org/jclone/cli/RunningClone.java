package org.jclone.cli;

import org.jclone.provision.donor.CloneFromAny;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;

/** A clone that can be stopped and slowed down, from one donor or from any of several. */
interface RunningClone {

    CloneResult run() throws CloneException;

    /** Stops so that {@code --resume} can continue. */
    void suspend(String reason);

    /** Stops and frees the donor's snapshot. */
    void abort(String reason);

    void setBandwidthLimits(BandwidthLimits limits);

    static RunningClone of(CloneRecipient recipient) {
        return new RunningClone() {
            @Override
            public CloneResult run() throws CloneException {
                return recipient.run();
            }

            @Override
            public void suspend(String reason) {
                recipient.suspend(reason);
            }

            @Override
            public void abort(String reason) {
                recipient.abort(reason);
            }

            @Override
            public void setBandwidthLimits(BandwidthLimits limits) {
                recipient.setBandwidthLimits(limits);
            }
        };
    }

    /** @param target a request with the target of all attempts */
    static RunningClone of(CloneFromAny clone, CloneRequest target) {
        return new RunningClone() {
            @Override
            public CloneResult run() throws CloneException {
                return clone.run(target);
            }

            @Override
            public void suspend(String reason) {
                clone.suspend(reason);
            }

            @Override
            public void abort(String reason) {
                clone.abort(reason);
            }

            @Override
            public void setBandwidthLimits(BandwidthLimits limits) {
                clone.setBandwidthLimits(limits);
            }
        };
    }
}

package org.jclone.provision.donor;

import org.jclone.recipient.api.CloneErrorCode;

/**
 * Why a server cannot be cloned now.
 *
 * @param text the reason, in a few words
 * @param remedy what would remove it, a statement or a sentence; can be empty
 * @param code how a clone would fail
 * @param passing whether it may disappear by itself within a minute
 */
public record Obstacle(String text, String remedy, CloneErrorCode code, boolean passing) {

    boolean isBusy() {
        return code == CloneErrorCode.DONOR_BUSY;
    }
}

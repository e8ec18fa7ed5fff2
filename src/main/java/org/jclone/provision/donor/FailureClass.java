package org.jclone.provision.donor;

import org.jclone.protocol.clone.CloneError;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;

/** What a failed attempt means for the next one. */
public enum FailureClass {
    /** The network failed: try the same donor again, and resume the clone. */
    SAME_DONOR,
    /** This donor cannot be cloned now: try another donor, and this one again in the next round. */
    NEXT_DONOR,
    /** This donor can never be cloned, or a repetition does harm, as with a wrong password: do not try it again. */
    DROP_DONOR,
    /** Each donor would fail in the same way: stop. */
    GIVE_UP;

    /**
     * {@return what a failure means}
     *
     * @param failure of an attempt
     */
    public static FailureClass of(CloneException failure) {
        return of(failure.code(), failure instanceof DonorErrorException donor ? donor.donorError() : 0);
    }

    /** @param donorError MySQL's error number; 0 for none */
    public static FailureClass of(CloneErrorCode code, int donorError) {
        return switch (code) {
            case CONNECTION_LOST -> SAME_DONOR;
            case DONOR_BUSY, CONNECT_FAILED, SNAPSHOT_GONE, DAMAGED -> ofNumber(donorError, NEXT_DONOR);
            case DONOR_ERROR, PROTOCOL -> ofNumber(donorError, NEXT_DONOR);
            case ACCESS_DENIED, TLS_FAILED, PRIVILEGE_MISSING, PLUGIN_MISSING, INCOMPATIBLE, FILE_NAME_CLASH ->
                ofNumber(donorError, DROP_DONOR);
            case INTERNAL,
                    USAGE,
                    TARGET_NOT_USABLE,
                    STORAGE,
                    DISK_FULL,
                    AFTER_CLONE,
                    PROVISIONING,
                    DAEMON,
                    ENCRYPTION_NEEDS_TLS,
                    KEYRING,
                    ABORTED -> GIVE_UP;
        };
    }

    /** Refines {@code usual}, the class of the error's code. */
    private static FailureClass ofNumber(int donorError, FailureClass usual) {
        return switch (donorError) {
            case CloneError.ER_NET_READ_ERROR,
                    CloneError.ER_NET_READ_INTERRUPTED,
                    CloneError.ER_NET_ERROR_ON_WRITE,
                    CloneError.ER_NET_WRITE_INTERRUPTED,
                    CloneError.ER_NET_WAIT_ERROR -> SAME_DONOR;
            case CloneError.ER_SERVER_OFFLINE_MODE, CloneError.ER_QUERY_INTERRUPTED -> NEXT_DONOR;
            case CloneError.ER_HOST_IS_BLOCKED,
                    CloneError.ER_CLONE_NETWORK_PACKET,
                    CloneError.ER_CLONE_LOOPBACK,
                    CloneError.ER_UNKNOWN_COM_ERROR -> DROP_DONOR;
            default -> usual;
        };
    }
}

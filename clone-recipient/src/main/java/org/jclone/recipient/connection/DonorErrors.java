package org.jclone.recipient.connection;

import org.jclone.protocol.clone.CloneError;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.explain.Failure;

/** Maps the donor's error numbers to error codes and hints. */
final class DonorErrors {

    private DonorErrors() {}

    private static final String ABOUT_CLONE = "'clone'";

    static DonorErrorException of(DonorAddress donor, String doing, int number, String sqlState, String text) {
        // A server uses the same number for a missing authentication plugin as for the clone plugin.
        boolean loginPlugin = number == CloneError.ER_PLUGIN_IS_NOT_LOADED && !text.contains(ABOUT_CLONE);
        CloneErrorCode code = loginPlugin ? CloneErrorCode.ACCESS_DENIED : code(number);
        String state = sqlState.isEmpty() ? "" : " (" + sqlState + ')';
        String message = donor + " said, " + doing + ": error " + number + state + ": " + text;
        String hint = loginPlugin ? Failure.PluginNotLoaded.LOGIN.hint() : Explanations.hint(number);
        return new DonorErrorException(code, message, hint, number, sqlState, text);
    }

    private static CloneErrorCode code(int number) {
        return switch (number) {
            case CloneError.ER_DBACCESS_DENIED_ERROR,
                    CloneError.ER_ACCESS_DENIED_ERROR,
                    CloneError.ER_HOST_NOT_PRIVILEGED,
                    CloneError.ER_ACCESS_DENIED_NO_PASSWORD_ERROR,
                    CloneError.ER_MUST_CHANGE_PASSWORD,
                    CloneError.ER_MUST_CHANGE_PASSWORD_LOGIN,
                    CloneError.ER_ACCOUNT_HAS_BEEN_LOCKED -> CloneErrorCode.ACCESS_DENIED;
            case CloneError.ER_SPECIFIC_ACCESS_DENIED_ERROR -> CloneErrorCode.PRIVILEGE_MISSING;
            case CloneError.ER_PLUGIN_IS_NOT_LOADED -> CloneErrorCode.PLUGIN_MISSING;
            case CloneError.ER_CON_COUNT_ERROR,
                    CloneError.ER_TOO_MANY_USER_CONNECTIONS,
                    CloneError.ER_USER_LIMIT_REACHED,
                    CloneError.ER_LOCK_WAIT_TIMEOUT,
                    CloneError.ER_CLONE_DDL_IN_PROGRESS,
                    CloneError.ER_CLONE_TOO_MANY_CONCURRENT_CLONES -> CloneErrorCode.DONOR_BUSY;
            case CloneError.ER_WRONG_COMPRESSION_ALGORITHM_CLIENT, CloneError.ER_WRONG_COMPRESSION_LEVEL_CLIENT ->
                CloneErrorCode.INCOMPATIBLE;
            case CloneError.ER_SECURE_TRANSPORT_REQUIRED -> CloneErrorCode.TLS_FAILED;
            case CloneError.ER_CLONE_ENCRYPTION -> CloneErrorCode.ENCRYPTION_NEEDS_TLS;
            case CloneError.ER_HOST_IS_BLOCKED -> CloneErrorCode.CONNECT_FAILED;
            case CloneError.ER_UNKNOWN_COM_ERROR -> CloneErrorCode.PROTOCOL;
            default -> CloneErrorCode.DONOR_ERROR;
        };
    }
}

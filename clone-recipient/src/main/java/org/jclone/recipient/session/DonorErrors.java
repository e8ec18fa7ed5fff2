package org.jclone.recipient.session;

import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.explain.Explanations;

/** What the donor's error numbers mean around a clone, and what to do about them. */
final class DonorErrors {

    private DonorErrors() {}

    /** A server that lacks the plugin of an account's login says the same number as one without the clone plugin. */
    private static final int ER_PLUGIN_IS_NOT_LOADED = 1524;

    private static final String ABOUT_CLONE = "'clone'";

    static DonorErrorException of(DonorAddress donor, String doing, int number, String sqlState, String text) {
        boolean loginPlugin = number == ER_PLUGIN_IS_NOT_LOADED && !text.contains(ABOUT_CLONE);
        CloneErrorCode code = loginPlugin ? CloneErrorCode.ACCESS_DENIED : code(number);
        String state = sqlState.isEmpty() ? "" : " (" + sqlState + ')';
        String message = donor + " said, while " + doing + ": error " + number + state + ": " + text;
        String hint = loginPlugin ? Explanations.hint("1524", "login") : Explanations.hint(number);
        return new DonorErrorException(code, message, hint, number, sqlState, text);
    }

    private static CloneErrorCode code(int number) {
        return switch (number) {
            case 1044, 1045, 1130, 1698, 1820, 1862, 3118 -> CloneErrorCode.ACCESS_DENIED;
            case 1227 -> CloneErrorCode.PRIVILEGE_MISSING;
            case ER_PLUGIN_IS_NOT_LOADED -> CloneErrorCode.PLUGIN_MISSING;
            case 1040, 1203, 1205, 3633, 3634 -> CloneErrorCode.DONOR_BUSY;
            case 3922, 3923 -> CloneErrorCode.INCOMPATIBLE;
            case 3159 -> CloneErrorCode.TLS_FAILED;
            case 3872 -> CloneErrorCode.ENCRYPTION_NEEDS_TLS;
            case 1129 -> CloneErrorCode.CONNECT_FAILED;
            case 1047 -> CloneErrorCode.PROTOCOL;
            default -> CloneErrorCode.DONOR_ERROR;
        };
    }
}

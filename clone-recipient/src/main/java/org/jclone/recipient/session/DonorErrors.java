package org.jclone.recipient.session;

import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.DonorErrorException;

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
        String hint = loginPlugin
                ? "The donor lacks the plugin that the account logs in with; see SELECT user, host, plugin FROM mysql.user."
                : hint(number);
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

    private static String hint(int number) {
        return switch (number) {
            case 1040, 1203 -> "Wait for connections to end, raise max_connections, or lower --max-concurrency.";
            case 1044, 1045, 1698 ->
                "Check user and password, and that the account may come from this host:"
                        + " SELECT user, host, plugin, ssl_type FROM mysql.user WHERE user = '...'; one with ssl_type wants TLS,"
                        + " and --ssl-cert with --ssl-key unless that is ANY.";
            case 1047 ->
                "What answers does not know COM_CLONE: a proxy that reads each command (MySQL Router, ProxySQL), a MariaDB"
                        + " server, or MySQL before 8.0.17. Clone from the server's own port.";
            case 1129 -> "On the donor: TRUNCATE TABLE performance_schema.host_cache;";
            case 1130 ->
                "On the donor, create the account for this host: CREATE USER '...'@'this host' IDENTIFIED BY '...';";
            case 1205 ->
                "DDL holds the donor's backup lock. Wait for it, raise --ddl-timeout, or clone with --block-ddl=OFF.";
            case 1227 -> "On the donor: GRANT BACKUP_ADMIN ON *.* TO the account.";
            case 1317 -> "Somebody ended the clone on the donor with KILL, or the donor is shutting down. Clone again.";
            case ER_PLUGIN_IS_NOT_LOADED -> "On the donor: INSTALL PLUGIN clone SONAME 'mysql_clone.so';";
            case 1820, 1862 -> "Give the account a new password: ALTER USER '...' IDENTIFIED BY '...';";
            case 3118 -> "On the donor: ALTER USER '...' ACCOUNT UNLOCK;";
            case 3159 -> "The donor wants TLS (require_secure_transport): clone with --ssl-mode=REQUIRED.";
            case 3633 -> "DDL ran on the donor and ended the clone. Clone again, or with --block-ddl=ON.";
            case 3634 ->
                "A donor serves one clone at a time. See performance_schema.processlist there for COMMAND = 'Clone'; wait,"
                        + " or end it with KILL.";
            case 3872 -> "The donor has encrypted data, which travels over TLS only: clone with --ssl-mode=REQUIRED.";
            case 3922 ->
                "The donor's protocol_compression_algorithms does not permit this; clone with --enable-compression=ON if it"
                        + " permits no uncompressed connection, or change --compression-algorithms.";
            case 3957 -> "On the donor: SET GLOBAL max_allowed_packet = 67108864;";
            case 3983 -> "On the donor: ALTER INSTANCE ENABLE INNODB REDO_LOG;";
            default -> "See the donor's error log at this time for the cause.";
        };
    }
}

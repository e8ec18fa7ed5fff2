package org.jclone.protocol.clone;

/**
 * The MySQL error numbers that matter to a clone, spelled as MySQL spells them.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 1.9, 3.4, 3.7 and 6.5.
 */
public final class CloneError {

    public static final int ER_CANT_CREATE_FILE = 1004;
    public static final int ER_CANT_OPEN_FILE = 1016;
    public static final int ER_ERROR_ON_READ = 1024;
    public static final int ER_ERROR_ON_RENAME = 1025;
    public static final int ER_ERROR_ON_WRITE = 1026;
    public static final int ER_CON_COUNT_ERROR = 1040;
    public static final int ER_DBACCESS_DENIED_ERROR = 1044;
    public static final int ER_ACCESS_DENIED_ERROR = 1045;
    public static final int ER_UNKNOWN_COM_ERROR = 1047;
    public static final int ER_FILE_EXISTS_ERROR = 1086;
    public static final int ER_HOST_IS_BLOCKED = 1129;
    public static final int ER_HOST_NOT_PRIVILEGED = 1130;
    public static final int ER_TABLEACCESS_DENIED_ERROR = 1142;
    public static final int ER_COLUMNACCESS_DENIED_ERROR = 1143;
    public static final int ER_NET_PACKET_TOO_LARGE = 1153;
    public static final int ER_NET_PACKETS_OUT_OF_ORDER = 1156;
    public static final int ER_NET_UNCOMPRESS_ERROR = 1157;
    public static final int ER_NET_READ_ERROR = 1158;
    public static final int ER_NET_READ_INTERRUPTED = 1159;
    public static final int ER_NET_ERROR_ON_WRITE = 1160;
    public static final int ER_NET_WRITE_INTERRUPTED = 1161;
    public static final int ER_UNKNOWN_SYSTEM_VARIABLE = 1193;
    public static final int ER_TOO_MANY_USER_CONNECTIONS = 1203;
    public static final int ER_LOCK_WAIT_TIMEOUT = 1205;
    public static final int ER_USER_LIMIT_REACHED = 1226;
    public static final int ER_SPECIFIC_ACCESS_DENIED_ERROR = 1227;
    public static final int ER_NOT_SUPPORTED_AUTH_MODE = 1251;
    public static final int ER_QUERY_INTERRUPTED = 1317;
    public static final int ER_PLUGIN_IS_NOT_LOADED = 1524;
    public static final int ER_WRONG_VALUE = 1525;
    public static final int ER_ACCESS_DENIED_NO_PASSWORD_ERROR = 1698;
    public static final int ER_INTERNAL_ERROR = 1815;
    public static final int ER_MUST_CHANGE_PASSWORD = 1820;
    public static final int ER_MUST_CHANGE_PASSWORD_LOGIN = 1862;
    public static final int ER_SERVER_OFFLINE_MODE = 3032;
    public static final int ER_ACCOUNT_HAS_BEEN_LOCKED = 3118;
    public static final int ER_SECURE_TRANSPORT_REQUIRED = 3159;
    public static final int ER_CLONE_DDL_IN_PROGRESS = 3633;
    public static final int ER_CLONE_TOO_MANY_CONCURRENT_CLONES = 3634;
    public static final int ER_CLONE_DONOR = 3862;
    public static final int ER_CLONE_PROTOCOL = 3863;
    public static final int ER_CLONE_DONOR_VERSION = 3864;
    public static final int ER_CLONE_OS = 3865;
    public static final int ER_CLONE_PLATFORM = 3866;
    public static final int ER_CLONE_CHARSET = 3867;
    public static final int ER_CLONE_CONFIG = 3868;
    public static final int ER_CLONE_SYS_CONFIG = 3869;
    public static final int ER_CLONE_PLUGIN_MATCH = 3870;
    public static final int ER_CLONE_LOOPBACK = 3871;
    public static final int ER_CLONE_ENCRYPTION = 3872;
    public static final int ER_CLONE_DISK_SPACE = 3873;
    public static final int ER_CLONE_IN_PROGRESS = 3874;
    public static final int ER_CLONE_DISALLOWED = 3875;
    public static final int ER_WRONG_COMPRESSION_ALGORITHM_CLIENT = 3922;
    public static final int ER_WRONG_COMPRESSION_LEVEL_CLIENT = 3923;
    public static final int ER_CLONE_NETWORK_PACKET = 3957;
    public static final int ER_INNODB_REDO_DISABLED = 3983;
    public static final int ER_CLIENT_INTERACTION_TIMEOUT = 4031;

    /** Otherwise written only to server logs. Clone counts it as a network error. */
    public static final int ER_NET_WAIT_ERROR = 13417;

    private CloneError() {}

    /** Returns whether the donor keeps the snapshot and waits for COM_REINIT after this error. */
    public static boolean isNetworkError(long errorCode) {
        return errorCode >= ER_NET_READ_ERROR && errorCode <= ER_NET_WRITE_INTERRUPTED
                || errorCode == ER_NET_WAIT_ERROR;
    }

    /** Returns whether the donor closes the socket on this error instead of answering. */
    public static boolean closesConnection(long errorCode) {
        return isNetworkError(errorCode)
                || errorCode == ER_NET_PACKET_TOO_LARGE
                || errorCode == ER_NET_PACKETS_OUT_OF_ORDER
                || errorCode == ER_NET_UNCOMPRESS_ERROR
                || errorCode == ER_CLONE_PROTOCOL;
    }
}

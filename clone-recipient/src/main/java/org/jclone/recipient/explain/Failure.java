package org.jclone.recipient.explain;

import java.util.Locale;
import java.util.regex.Matcher;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;

/**
 * The failures that jclone itself can tell apart: an enum for each error code, a constant for each case. The hint of a
 * constant is the action of the case with its name in {@code explanations.txt}: {@code TargetNotUsable.NOT_EMPTY} is
 * {@code [not-empty]} below {@code TARGET_NOT_USABLE}. A failure whose cause is not known is {@link General}.
 */
public sealed interface Failure {

    CloneErrorCode code();

    /** Returns the name of the constant. */
    String name();

    /** Returns the code of the explanation that has the case. */
    default String explanation() {
        return code().name();
    }

    /** Returns what to do. */
    default String hint() {
        return Explanations.hint(explanation(), specialCase());
    }

    /** Returns what to do, with {@code named} filled in for DIR or LIST. */
    default String hint(Object named) {
        return hint().replaceAll("\\b(DIR|LIST)\\b", Matcher.quoteReplacement(String.valueOf(named)));
    }

    default CloneException exception(String message) {
        return exception(message, null);
    }

    default CloneException exception(String message, Throwable cause) {
        return new CloneException(code(), message, hint(), cause);
    }

    /** Returns the name of the case in the explanation. */
    default String specialCase() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A failure without a known cause; the constant has the name of its code, and the hint is the usual one. */
    enum General implements Failure {
        INTERNAL,
        STORAGE,
        DAMAGED,
        CONNECT_FAILED,
        TLS_FAILED,
        PROTOCOL,
        ENCRYPTION_NEEDS_TLS,
        CONNECTION_LOST;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.valueOf(name());
        }

        @Override
        public String hint() {
            return Explanations.hint(explanation());
        }
    }

    enum Usage implements Failure {
        USED_UP,
        PUBLIC_KEY,
        OUTPUT_FILE,
        TARGET_VERSION,
        PLUGIN_DIR,
        MYSQLD,
        API_TOKENS;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.USAGE;
        }
    }

    enum TargetNotUsable implements Failure {
        NOT_EMPTY,
        UNFINISHED,
        NOTHING_TO_RESUME,
        JOURNAL,
        OTHER_CLONE,
        SERVER,
        SYMBOLIC_LINK,
        NO_PARENT,
        NO_DIRECTORY,
        NOT_A_DATA_DIRECTORY,
        PLACES,
        NO_OTHER_DIRECTORY,
        NOT_WHOLE,
        SWAP,
        FOREIGN,
        OLD_DATA,
        NO_OLD_DATA,
        SAME_PLACE,
        MOUNT,
        IN_THE_WAY;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.TARGET_NOT_USABLE;
        }
    }

    enum Storage implements Failure {
        DENIED,
        CREATE,
        READ_ONLY,
        DESCRIPTORS;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.STORAGE;
        }
    }

    enum DiskFull implements Failure {
        FULL,
        ESTIMATE,
        MARGIN,
        UNKNOWN;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.DISK_FULL;
        }
    }

    enum Damaged implements Failure {
        FUTURE;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.DAMAGED;
        }
    }

    enum FileNameClash implements Failure {
        UNDO,
        OUTSIDE,
        SAME;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.FILE_NAME_CLASH;
        }
    }

    enum AfterClone implements Failure {
        OWNER,
        COMMAND;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.AFTER_CLONE;
        }
    }

    enum Provisioning implements Failure {
        RECORD,
        UNFINISHED,
        RUNNING,
        PREPARE,
        SOURCE,
        DIVERGED,
        THRESHOLD,
        RETENTION,
        PURGED,
        CLONES_PER_DAY,
        CHANNELS,
        SEMI_SYNC,
        PRIVATE_SERVER,
        FENCE,
        STATEMENT,
        CONFIG_NOT_READ,
        REPLICATION,
        STALLED,
        COMMAND,
        HOOK,
        VERIFY,
        GROUP,
        JOIN,
        ROLLBACK;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.PROVISIONING;
        }
    }

    enum Daemon implements Failure {
        CONFIGURATION,
        STATE,
        RUNNING,
        TARGET,
        GONE,
        RUN,
        ACTIVE,
        OVER,
        LATE,
        KEY,
        VALUE,
        QUEUE,
        STOPPING,
        HISTORY,
        UNANSWERED,
        DIRECTORY,
        LOOP,
        LOST,
        NOT_NEEDED,
        SECRET,
        API_SOCKET,
        API_LISTEN,
        NO_ANSWER;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.DAEMON;
        }
    }

    enum ConnectFailed implements Failure {
        SLOW,
        SOCKET,
        OTHER_SERVER;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.CONNECT_FAILED;
        }
    }

    enum AccessDenied implements Failure {
        CLEAR_TEXT,
        PLUGIN,
        LDAP_SASL,
        TICKET,
        DEVICE,
        FACTOR,
        SERVER_KEY,
        NOT_MYSQL,
        SOURCE,
        SOURCE_LOCKED;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.ACCESS_DENIED;
        }
    }

    /** Servers use one number for a missing clone plugin and for a missing authentication plugin. */
    enum PluginNotLoaded implements Failure {
        LOGIN;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.ACCESS_DENIED;
        }

        @Override
        public String explanation() {
            return "1524";
        }
    }

    enum TlsFailed implements Failure {
        WRONG_NAME,
        FOREIGN,
        EXPIRED,
        NOT_YET_VALID,
        REVOKED,
        REVOCATION_UNKNOWN,
        UNUSABLE,
        ABSENT,
        DOWNGRADE,
        NO_VERSION,
        NO_CIPHER,
        CLIENT_MISSING,
        CLIENT_FOREIGN,
        CLIENT_EXPIRED,
        CLIENT_REVOKED,
        CLIENT_REFUSED,
        FILE,
        NO_PEM,
        KEY_PEM,
        KEY_PASSWORD_MISSING,
        KEY_PASSWORD,
        KEY_PAIR,
        KEY_KIND,
        CIPHER_SUITE,
        NO_OPENSSL,
        SETUP;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.TLS_FAILED;
        }
    }

    enum DonorError implements Failure {
        IDENTITY,
        PERSISTED_VARIABLES;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.DONOR_ERROR;
        }
    }

    enum Protocol implements Failure {
        X,
        PARAMETERS,
        INCOMPLETE,
        FILE_NAME,
        LOCALE;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.PROTOCOL;
        }
    }

    enum Incompatible implements Failure {
        COMPRESSION,
        ENGINES,
        SHARED_ADDRESS,
        BLOCKS,
        FLAGS;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.INCOMPATIBLE;
        }
    }

    enum Keyring implements Failure {
        MISSING,
        ABSENT,
        FORMAT,
        NO_FOLDER,
        DENIED,
        BESIDE_THE_DATA,
        SYMBOLIC_LINK,
        NO_FILE,
        BACKUP,
        CHANGING,
        RESUME;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.KEYRING;
        }
    }

    enum SnapshotGone implements Failure {
        GONE,
        UNIDENTIFIED,
        DAMAGED;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.SNAPSHOT_GONE;
        }
    }

    enum Aborted implements Failure {
        UNFINISHED,
        BEGUN,
        NOTHING,
        INTERRUPTED;

        @Override
        public CloneErrorCode code() {
            return CloneErrorCode.ABORTED;
        }
    }
}

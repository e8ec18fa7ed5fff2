package org.jclone.provision.api;

import java.util.List;
import java.util.Optional;

/**
 * A replication channel of the donor, without its password.
 *
 * @param name empty for the default channel
 * @param user the account of the source that it logs in with; empty if none is stored
 * @param passwordStored whether its password is stored, in clear text; empty if that could not be seen
 * @param position {@code binlog.000002:154}; empty with auto-position, and if it is not known
 * @param delaySeconds {@code SOURCE_DELAY}
 * @param missing what the channel names and this machine lacks, such as {@code SOURCE_SSL_CA=/etc/mysql/ca.pem}
 * @param filters that apply to it on the server that was asked
 * @param applierAccount {@code PRIVILEGE_CHECKS_USER}
 * @param applierAccountMissing whether that account does not exist
 * @param failover its list of sources for automatic failover, with their weights
 * @param fate what this run does with it
 */
public record ChannelReport(
        String name,
        String host,
        int port,
        String user,
        Optional<Boolean> passwordStored,
        boolean autoPosition,
        Optional<String> position,
        long delaySeconds,
        List<String> missing,
        List<String> filters,
        Optional<String> applierAccount,
        boolean applierAccountMissing,
        List<String> failover,
        Fate fate) {

    /** What this run does with a channel. */
    public enum Fate {
        /** Seen on the donor, before the copy. */
        SEEN,
        /** Kept on the new server. */
        KEPT,
        /** Removed from the new server. */
        REMOVED
    }

    public ChannelReport {
        missing = List.copyOf(missing);
        filters = List.copyOf(filters);
        failover = List.copyOf(failover);
    }

    /** {@return all that is known of it in one line} */
    public String describe() {
        StringBuilder text = new StringBuilder("'" + name + "', to " + host + ":" + port);
        text.append(user.isEmpty() ? ", without an account" : " as " + user);
        passwordStored.ifPresent(stored -> text.append(stored ? ", its password is stored" : ", no password stored"));
        text.append(
                autoPosition
                        ? ", auto-position"
                        : position.map(at -> ", from " + at).orElse(", by position"));
        if (delaySeconds > 0) {
            text.append(", delayed by ").append(delaySeconds).append(" s");
        }
        applierAccount.ifPresent(account -> text.append(", applies as ")
                .append(account)
                .append(applierAccountMissing ? ", which does not exist" : ""));
        append(text, "filters", filters);
        append(text, "failover list", failover);
        append(text, "not on this machine", missing);
        return text.toString();
    }

    private static void append(StringBuilder text, String label, List<String> values) {
        if (!values.isEmpty()) {
            text.append("; ").append(label).append(": ").append(String.join(", ", values));
        }
    }
}

package org.jclone.provision.step;

import java.util.ArrayList;
import java.util.List;
import org.jclone.provision.group.RecoveryCredentials;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.provision.server.Words;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/**
 * The two channels of a group member, in a clone. {@code STOP REPLICA} refuses them, and the clone has the password of
 * one of them in clear text.
 */
final class GroupChannels {

    static final String PREFIX = "group_replication_";

    static final String RECOVERY = PREFIX + "recovery";

    /** Says of a server that it has no credentials. */
    static final String NO_CREDENTIALS =
            "has no credentials of " + RECOVERY + " to keep: it joined with START GROUP_REPLICATION USER";

    private final Run run;

    GroupChannels(Run run) {
        this.run = run;
    }

    /** Removes both. */
    void remove(ServerSession sql) throws ServerException {
        Rows channels = found(sql);
        for (int i = 0; i < channels.size(); i++) {
            reset(sql, channels, i, true);
        }
    }

    /**
     * Sets the credentials that the operator wants. The server sets the rest of both channels by itself.
     *
     * @param carried whether the present ones are those of the clone; otherwise an earlier process of the run may have
     *     set them
     */
    void configure(ServerSession sql, RecoveryCredentials wanted, boolean carried)
            throws ServerException, CloneException {
        Rows channels = found(sql);
        boolean credentials = false;
        for (int i = 0; i < channels.size(); i++) {
            boolean recovery = channels.text(i, 0).equals(RECOVERY);
            if (recovery && wanted == RecoveryCredentials.KEEP) {
                credentials = !channels.text(i, 1).isEmpty();
                run.report()
                        .note("kept the credentials of " + RECOVERY + " that came along: " + channels.text(i, 1)
                                + password(channels, i));
            } else if (recovery || !run.isIncremental()) { // what the server itself has received is its own
                reset(sql, channels, i, carried);
            }
        }
        switch (wanted) {
            case KEEP -> {
                if (!credentials) {
                    throw Failure.Provisioning.GROUP.exception("the data " + NO_CREDENTIALS);
                }
            }
            case STORE -> store(sql);
            case FORGET ->
                run.report()
                        .note("no credentials of " + RECOVERY
                                + " are stored: after each restart the member joins with START GROUP_REPLICATION USER='...',"
                                + " PASSWORD='...'");
        }
    }

    private static Rows found(ServerSession sql) throws ServerException {
        return sql.query("SELECT Channel_name, User_name, User_password <> '' FROM mysql.slave_master_info"
                + " WHERE Channel_name LIKE 'group\\_replication\\_%'");
    }

    private void reset(ServerSession sql, Rows channels, int row, boolean carried) throws ServerException {
        sql.query(Statement.of("RESET " + sql.words().replica() + " ALL FOR CHANNEL ?", channels.text(row, 0)));
        if (carried && !channels.text(row, 1).isEmpty()) {
            run.report()
                    .note("removed the credentials of " + channels.text(row, 0) + " that came along: "
                            + channels.text(row, 1) + password(channels, row));
        }
    }

    private static String password(Rows channels, int row) {
        return channels.text(row, 2).equals("1") ? ", with its password" : ", without a password";
    }

    private void store(ServerSession sql) throws ServerException {
        Words words = sql.words();
        List<String> options = new ArrayList<>(
                List.of(words.sourceOption("SOURCE_USER") + "=?", words.sourceOption("SOURCE_PASSWORD") + "=?"));
        if (run.sourceTls().sslMode() == SslMode.DISABLED) {
            options.add(words.sourceOption("GET_SOURCE_PUBLIC_KEY") + "=1");
        }
        sql.query(Statement.of(
                words.changeSource() + " " + String.join(", ", options) + " FOR CHANNEL '" + RECOVERY + "'",
                run.request().replication().user(),
                run.request().replication().password()));
    }
}

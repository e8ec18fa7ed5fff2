package org.jclone.provision.step;

import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.sql.Rows;

/** The donor's events, which must not run on a replica. */
final class Events {

    /** From this version on {@code DISABLE ON REPLICA}. */
    private static final int DISABLE_ON_REPLICA = 80_200;

    private final Run run;

    Events(Run run) {
        this.run = run;
    }

    void disable(ServerSession sql) throws ServerException {
        Rows events = sql.query("SELECT EVENT_SCHEMA, EVENT_NAME, DEFINER FROM information_schema.EVENTS"
                + " WHERE STATUS = 'ENABLED'");
        String how = sql.version().isAtLeast(DISABLE_ON_REPLICA) ? "DISABLE ON REPLICA" : "DISABLE ON SLAVE";
        for (int i = 0; i < events.size(); i++) {
            alter(sql, events.text(i, 0), events.text(i, 1), events.text(i, 2), how);
            run.report()
                    .note("disabled the event " + events.text(i, 0) + "." + events.text(i, 1)
                            + ": it runs on the source, and its changes are replicated");
        }
    }

    /** Changes one event, and keeps its definer: without one it would be the temporary account. */
    static void alter(ServerSession sql, String schema, String name, String definer, String how)
            throws ServerException {
        int at = definer.lastIndexOf('@');
        sql.query(Statement.of(
                "ALTER DEFINER = ?@? EVENT ?.? " + how,
                Statement.name(definer.substring(0, Math.max(0, at))),
                Statement.name(definer.substring(at + 1)),
                Statement.name(schema),
                Statement.name(name)));
    }
}

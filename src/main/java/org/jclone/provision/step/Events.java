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
            String definer = events.text(i, 2);
            int at = definer.lastIndexOf('@');
            sql.query(Statement.of( // without a definer it would be the temporary account
                    "ALTER DEFINER = ?@? EVENT ?.? " + how,
                    Statement.name(definer.substring(0, Math.max(0, at))),
                    Statement.name(definer.substring(at + 1)),
                    Statement.name(events.text(i, 0)),
                    Statement.name(events.text(i, 1))));
            run.note("disabled the event " + events.text(i, 0) + "." + events.text(i, 1)
                    + ": it runs on the source, and its changes are replicated");
        }
    }
}

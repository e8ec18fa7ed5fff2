package org.jclone.provision.step;

import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.sql.Rows;

/** The replication channels that came along with the clone. */
final class DonorsChannels {

    private final Run run;

    DonorsChannels(Run run) {
        this.run = run;
    }

    void remove(ServerSession sql) throws ServerException {
        Rows channels = sql.query(
                "SELECT Channel_name, Host, Port, User_name, User_password <> '' FROM mysql.slave_master_info");
        for (int i = 0; i < channels.size(); i++) {
            String name = channels.text(i, 0);
            if (name.startsWith(GroupChannels.PREFIX)) {
                continue;
            }
            String replica = sql.words().replica();
            sql.query(Statement.of("STOP " + replica + " FOR CHANNEL ?", name));
            sql.query(Statement.of("RESET " + replica + " ALL FOR CHANNEL ?", name));
            run.note("removed the donor's channel '" + name + "', to " + channels.text(i, 1) + ":"
                    + channels.text(i, 2) + " as " + channels.text(i, 3)
                    + (channels.text(i, 4).equals("1") ? "; the clone also had its password" : ""));
        }
    }
}

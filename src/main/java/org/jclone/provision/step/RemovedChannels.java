package org.jclone.provision.step;

import java.util.List;
import org.jclone.provision.api.ChannelReport.Fate;
import org.jclone.provision.channel.CarriedChannel;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;

/** The donor's channels, if they do not stay. */
final class RemovedChannels {

    private final Run run;

    RemovedChannels(Run run) {
        this.run = run;
    }

    /** {@code RESET REPLICA ALL} would leave the failover lists, which a later channel of that name would use. */
    void remove(ServerSession sql, List<CarriedChannel> channels) throws ServerException {
        String replica = sql.words().replica();
        for (CarriedChannel channel : channels) {
            sql.query(Statement.of("STOP " + replica + " FOR CHANNEL ?", channel.name()));
            sql.query(Statement.of("RESET " + replica + " ALL FOR CHANNEL ?", channel.name()));
            run.report().found(channel.report(run.directory(), Fate.REMOVED));
        }
        boolean lists = !sql.query("SELECT 1 FROM mysql.replication_asynchronous_connection_failover LIMIT 1")
                        .isEmpty()
                || !sql.query("SELECT 1 FROM mysql.replication_asynchronous_connection_failover_managed LIMIT 1")
                        .isEmpty();
        if (lists) {
            sql.query("SELECT asynchronous_connection_failover_reset()");
        }
    }
}

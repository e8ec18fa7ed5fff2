package org.jclone.provision.step;

import java.util.Map;
import java.util.Optional;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/**
 * CONFIGURE: makes a replica of the clone. Writes the settings and checks that the real server reads them, disables the
 * donor's events, removes the donor's channels, and sets up the new one.
 */
public final class Configure {

    private final Run run;

    public Configure(Run run) {
        this.run = run;
    }

    public void run() throws CloneException {
        ServerSession sql = run.privateServer().orElseThrow().session();
        Optional<JoinGroup> joining = JoinGroup.of(run);
        try {
            Map<String, String> more = joining.isPresent() ? settings(joining.get(), sql) : Map.of();
            new ReplicaSettings(run).write(sql.words(), more);
            if (!run.record().has(Fact.CHANNEL) && joining.isEmpty()) {
                new SourceFit(run).require();
            }
            sql.query("SET SESSION sql_log_bin=0");
            sql.query("SET GLOBAL super_read_only=OFF");
            new Events(run).disable(sql);
            boolean first = !run.record().has(Fact.CHANNEL);
            if (first) {
                new DonorsChannels(run).remove(sql);
            }
            if (joining.isPresent()) {
                new GroupChannels(run)
                        .configure(sql, run.request().join().orElseThrow().credentials());
            } else if (first) {
                new GroupChannels(run).remove(sql);
            }
            if (first || joining.isPresent()) { // another member may be the source this time
                new NewChannel(run).create(sql);
                run.record().set(Fact.CHANNEL, "configured");
            }
            sql.query("SET GLOBAL super_read_only=ON");
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.STATEMENT, e);
        }
    }

    private Map<String, String> settings(JoinGroup joining, ServerSession sql) throws ServerException, CloneException {
        GtidSet own = sql.gtidSet("@@GLOBAL.gtid_executed");
        return joining.newMember().settings(joining.requireFits(own), JoinGroup.isLoaded(sql));
    }
}

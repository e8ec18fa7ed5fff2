package org.jclone.provision.step;

import org.jclone.provision.record.ProvisionRecord.Fact;
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
        new ReplicaSettings(run).write(sql.words());
        try {
            if (!run.record().has(Fact.CHANNEL)) {
                new SourceFit(run).require();
            }
            sql.query("SET SESSION sql_log_bin=0");
            sql.query("SET GLOBAL super_read_only=OFF");
            new Events(run).disable(sql);
            if (!run.record().has(Fact.CHANNEL)) {
                new DonorsChannels(run).remove(sql);
                new NewChannel(run).create(sql);
                run.record().set(Fact.CHANNEL, "configured");
            }
            sql.query("SET GLOBAL super_read_only=ON");
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.STATEMENT, e);
        }
    }
}

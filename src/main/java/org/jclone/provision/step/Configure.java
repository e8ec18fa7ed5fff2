package org.jclone.provision.step;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.api.ReplicationSettings.Channels;
import org.jclone.provision.channel.CarriedChannel;
import org.jclone.provision.channel.ChannelTables;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/**
 * CONFIGURE: makes a replica of the clone. Writes the settings and checks that the real server reads them, disables the
 * donor's events, keeps or removes the donor's channels, and sets up a new one if they do not stay.
 */
public final class Configure {

    private final Run run;

    public Configure(Run run) {
        this.run = run;
    }

    public void run() throws CloneException {
        ServerSession sql = run.privateServer().orElseThrow().session();
        Optional<JoinGroup> joining = JoinGroup.of(run);
        boolean first = !run.record().has(Fact.CHANNEL);
        try {
            List<CarriedChannel> carried =
                    first || run.policy() == Channels.KEEP ? new ChannelTables(sql).read() : List.of();
            if (joining.isEmpty()) {
                requireSourceFits(sql, carried, first);
            }
            Map<String, String> more = joining.isPresent() ? settings(joining.get(), sql) : Map.of();
            new ReplicaSettings(run).write(sql, more);
            sql.query("SET SESSION sql_log_bin=0");
            sql.query("SET GLOBAL super_read_only=OFF");
            new Events(run).disable(sql);
            if (first) {
                configureCarried(sql, carried);
            }
            if (joining.isPresent()) {
                new GroupChannels(run)
                        .configure(sql, run.request().join().orElseThrow().credentials(), first);
            } else if (first) {
                new GroupChannels(run).remove(sql);
            }
            if (first || joining.isPresent()) { // another member may be the source this time
                if (run.hasNewChannel()) {
                    new NewChannel(run).create(sql);
                }
                run.record().set(Fact.CHANNEL, "configured");
            }
            sql.query("SET GLOBAL super_read_only=ON");
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.STATEMENT, e);
        }
    }

    private Map<String, String> settings(JoinGroup joining, ServerSession sql) throws ServerException, CloneException {
        GtidSet own = sql.gtidSet("@@GLOBAL.gtid_executed");
        return joining.newMember().settings(joining.requireFits(own), JoinGroup.isInstalled(sql));
    }

    private void requireSourceFits(ServerSession sql, List<CarriedChannel> carried, boolean first)
            throws ServerException, CloneException {
        if (run.policy() == Channels.KEEP) {
            new KeptChannels(run).find(sql, carried);
            if (first) {
                new SourcesFit(run).require(sql, carried);
            }
        } else if (run.hasNewChannel() && first) {
            new SourceFit(run).require();
        }
    }

    private void configureCarried(ServerSession sql, List<CarriedChannel> carried)
            throws ServerException, CloneException {
        if (run.policy() == Channels.KEEP) {
            new KeptChannels(run).configure(sql, carried);
        } else {
            new RemovedChannels(run).remove(sql, carried);
        }
    }
}

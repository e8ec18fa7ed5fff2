package org.jclone.provision.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jclone.provision.api.ChannelReport.Fate;
import org.jclone.provision.channel.ApplierProgress;
import org.jclone.provision.channel.BinlogPosition;
import org.jclone.provision.channel.CarriedChannel;
import org.jclone.provision.channel.ChannelTables;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.provision.server.Words;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** The donor's channels, if they continue on the new server. */
final class KeptChannels {

    private final Run run;

    KeptChannels(Run run) {
        this.run = run;
    }

    /** Finds the sources, and asks them whether they still have what the clone lacks. */
    void find(ServerSession sql, List<CarriedChannel> channels) throws ServerException, CloneException {
        if (channels.isEmpty()) {
            throw Failure.Provisioning.CHANNELS.exception(
                    "the clone has no replication channel to keep: the donor is not a replica");
        }
        ChannelSource sources = new ChannelSource(run, new ChannelTables(sql));
        List<ReplicatingChannel> found = new ArrayList<>();
        for (CarriedChannel channel : channels) {
            run.report().found(channel.report(run.directory(), Fate.KEPT));
            requireUsable(channel);
            Optional<Server> source = sources.of(channel);
            found.add(new ReplicatingChannel(
                    channel.name(),
                    ChannelSource.address(channel.name(), channel.host(), channel.port()),
                    source,
                    channel.autoPosition(),
                    channel.delaySeconds()));
        }
        run.setChannels(found);
        run.record()
                .set(
                        Fact.SOURCES,
                        found.stream()
                                .map(channel -> channel.source().toString())
                                .collect(Collectors.joining(",")));
    }

    private void requireUsable(CarriedChannel channel) throws CloneException {
        String name = "the channel '" + channel.name() + "' ";
        List<String> missing = channel.missing(run.directory());
        if (!missing.isEmpty()) {
            throw Failure.Provisioning.CHANNELS.exception(
                    name + "names files that this machine does not have: " + String.join(", ", missing));
        }
        if (!channel.passwordStored() && !run.hasReplicationAccount()) {
            throw Failure.Provisioning.CHANNELS.exception(name
                    + "came along without a password: give an account of " + channel.host() + ":" + channel.port()
                    + " with --replication-user");
        }
        if (channel.applierAccountMissing()) {
            throw Failure.Provisioning.CHANNELS.exception(name + "applies as "
                    + channel.applierAccount().orElse("") + ", an account that the clone does not have");
        }
        if (!channel.bind().isEmpty() || !channel.networkNamespace().isEmpty()) {
            run.report()
                    .warn(
                            name + "connects from the donor's own "
                                    + (channel.bind().isEmpty()
                                            ? "network namespace " + channel.networkNamespace()
                                            : "address " + channel.bind()),
                            "Change SOURCE_BIND or NETWORK_NAMESPACE if it cannot connect from here.");
        }
    }

    /** Sets what did not come along: where a channel by position continues, and an account. */
    void configure(ServerSession sql, List<CarriedChannel> channels) throws ServerException, CloneException {
        for (CarriedChannel channel : channels) {
            if (!channel.passwordStored()) {
                Words words = sql.words();
                sql.query(Statement.of(
                        words.changeSource() + " " + words.sourceOption("SOURCE_USER") + "=?, "
                                + words.sourceOption("SOURCE_PASSWORD") + "=? FOR CHANNEL ?",
                        run.request().replication().user(),
                        run.request().replication().password(),
                        channel.name()));
            }
            if (!channel.autoPosition()) {
                setPosition(sql, channel);
            }
        }
    }

    /** The server itself finds the place of a single applier only; {@code RESET} keeps the channel's other settings. */
    private void setPosition(ServerSession sql, CarriedChannel channel) throws ServerException, CloneException {
        BinlogPosition next = position(sql, channel);
        String replica = sql.words().replica();
        sql.query(Statement.of("STOP " + replica + " FOR CHANNEL ?", channel.name()));
        sql.query(Statement.of("RESET " + replica + " FOR CHANNEL ?", channel.name()));
        Words words = sql.words();
        sql.query(Statement.of(
                words.changeSource() + " " + words.sourceOption("SOURCE_LOG_FILE") + "=?, "
                        + words.sourceOption("SOURCE_LOG_POS") + "=? FOR CHANNEL ?",
                next.file(),
                next.offset(),
                channel.name()));
    }

    private BinlogPosition position(ServerSession sql, CarriedChannel channel) throws ServerException, CloneException {
        ApplierProgress progress = channel.progress()
                .filter(applier -> applier.common().isKnown())
                .orElseThrow(() -> Failure.Provisioning.CHANNELS.exception("the clone does not say where the channel '"
                        + channel.name() + "' was: the donor keeps that in files, or is older than 8.0.19"));
        boolean byGtid = !channel.assignsGtids()
                && sql.query("SELECT @@GLOBAL.gtid_mode")
                        .single()
                        .filter("ON"::equals)
                        .isPresent();
        Optional<BinlogPosition> next = progress.next(byGtid, false);
        String why = byGtid ? "GTIDs tell what was applied" : "no transaction is missing between others";
        if (next.isEmpty()) {
            next = progress.next(byGtid, isDonorOrdered());
            why = "the donor has replica_preserve_commit_order=ON";
        }
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("applied by all", progress.common().toString());
        inputs.put("appliers", Integer.toString(progress.workers().size()));
        if (next.isEmpty()) {
            run.report().decided("position of '" + channel.name() + "'", "none", inputs);
            throw Failure.Provisioning.CHANNELS.exception("the channel '" + channel.name()
                    + "' applied transactions in parallel and by position, and the clone may lack some before its last"
                    + " one. START REPLICA UNTIL SQL_AFTER_MTS_GAPS needs the donor's relay logs, which a clone does not"
                    + " contain");
        }
        inputs.put("why", why);
        run.report().decided("position of '" + channel.name() + "'", next.get().toString(), inputs);
        return next.get();
    }

    private boolean isDonorOrdered() {
        try (ServerSession donor = run.asCloneUser(run.donor()).connect()) {
            return donor.query("SELECT @@GLOBAL." + donor.words().variable("replica_preserve_commit_order"))
                    .single()
                    .filter("1"::equals)
                    .isPresent();
        } catch (ServerException e) {
            run.report().note("the donor does not say whether it applies in order: " + e.getMessage());
            return false;
        }
    }
}

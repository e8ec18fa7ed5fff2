package org.jclone.provision.step;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jclone.provision.api.ChannelReport;
import org.jclone.provision.api.ReplicationSettings.Channels;
import org.jclone.provision.api.ReplicationSettings.Method;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Words;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/**
 * What PREPARE asks if this run sets up no channel of its own: the donor for its channels, as far as the account of the
 * clone sees them, and their sources. Passwords, TLS files and failover lists are in tables that are read in the clone.
 */
final class PrepareChannels {

    private static final List<String> FILTERS = List.of(
            "Replicate_Do_DB",
            "Replicate_Ignore_DB",
            "Replicate_Do_Table",
            "Replicate_Ignore_Table",
            "Replicate_Wild_Do_Table",
            "Replicate_Wild_Ignore_Table",
            "Replicate_Rewrite_DB");

    private final Run run;
    private final Findings findings;
    private Optional<SourceFacts> shortest = Optional.empty();

    PrepareChannels(Run run, Findings findings) {
        this.run = run;
        this.findings = findings;
    }

    /** Returns the source that keeps its binary logs for the shortest time; empty if none could be asked. */
    Optional<SourceFacts> facts() {
        return shortest;
    }

    private void keep(SourceFacts facts) {
        boolean shorter = !facts.retention().isUnlimited()
                && shortest.filter(other -> !other.retention().isUnlimited()
                                && other.retention()
                                                .time()
                                                .compareTo(facts.retention().time())
                                        <= 0)
                        .isEmpty();
        if (shortest.isEmpty() || shorter) {
            shortest = Optional.of(facts);
        }
    }

    /** Returns the ids of all servers seen. */
    Set<Long> check(Optional<DonorIdentity> donor) throws CloneException {
        boolean gtids =
                donor.filter(identity -> identity.gtidMode().equals("ON")).isPresent();
        run.record().set(Fact.METHOD, (gtids ? Method.GTID : Method.POSITION).name());
        Set<Long> ids = new TreeSet<>();
        donor.ifPresent(identity -> ids.add(identity.serverId()));
        Optional<List<ChannelReport>> seen = donor.isPresent() ? askDonor() : Optional.empty();
        if (run.policy() != Channels.KEEP || seen.isEmpty()) {
            return ids;
        }
        if (seen.get().isEmpty()) {
            throw Failure.Provisioning.CHANNELS.exception(
                    "the donor " + run.donor() + " has no replication channel to keep");
        }
        GtidSet unexplained = gtids ? donor.get().executed() : GtidSet.EMPTY;
        boolean allAsked = true;
        for (ChannelReport channel : seen.get()) {
            Optional<SourceFacts> facts = askSource(channel);
            allAsked &= facts.isPresent();
            if (facts.isPresent()) {
                keep(facts.get());
                ids.addAll(facts.get().serverIds());
                unexplained = unexplained.subtract(facts.get().executed());
                GtidSet purged = facts.get().purged().subtract(donor.get().executed());
                if (channel.autoPosition() && !purged.isEmpty()) {
                    findings.add("the source " + channel.host() + ":" + channel.port()
                            + " has purged transactions that the donor lacks: " + purged);
                }
            }
        }
        if (allAsked && !unexplained.isEmpty()) { // the sources were asked later than the donor
            findings.add("the donor " + run.donor() + " has transactions that no source of its channels has: "
                    + unexplained);
        }
        return ids;
    }

    /** Returns the channels; empty if the account may not see them. */
    private Optional<List<ChannelReport>> askDonor() throws CloneException {
        try (ServerSession sql = run.asCloneUser(run.donor()).connect()) {
            Rows status = sql.query(sql.words().showReplicaStatus());
            List<ChannelReport> channels = new ArrayList<>();
            for (int i = 0; i < status.size(); i++) {
                String name = status.value(i, "Channel_Name").orElse("");
                if (!name.startsWith("group_replication_")) {
                    channels.add(channel(status, i, name, sql.words()));
                }
            }
            channels.forEach(this::report);
            return Optional.of(channels);
        } catch (RefusedException e) {
            if (!e.isAccessDenied()) {
                throw Run.failed(Failure.Provisioning.STATEMENT, e);
            }
            if (run.policy() == Channels.KEEP) {
                run.report()
                        .warn(
                                "the account " + run.request().copy().login().user()
                                        + " may not see the donor's channels, so they and their sources are checked after the copy",
                                "GRANT REPLICATION CLIENT ON *.* TO it on the donor, to find problems before.");
            }
            return Optional.empty();
        } catch (ServerException e) {
            return Optional.empty(); // the check of the donor reports why
        }
    }

    private static ChannelReport channel(Rows status, int row, String name, Words words) {
        List<String> filters = new ArrayList<>();
        for (String filter : FILTERS) {
            status.value(row, filter)
                    .filter(rule -> !rule.isEmpty())
                    .ifPresent(rule -> filters.add(filter + "=" + rule));
        }
        String file =
                status.value(row, words.statusColumn("Relay_Source_Log_File")).orElse("");
        boolean auto = status.value(row, "Auto_Position").filter("1"::equals).isPresent();
        return new ChannelReport(
                name,
                status.value(row, words.statusColumn("Source_Host")).orElse(""),
                (int) number(status, row, words.statusColumn("Source_Port")),
                status.value(row, words.statusColumn("Source_User")).orElse(""),
                Optional.empty(),
                auto,
                auto || file.isEmpty()
                        ? Optional.empty()
                        : Optional.of(file + ":" + number(status, row, words.statusColumn("Exec_Source_Log_Pos"))),
                number(status, row, "SQL_Delay"),
                List.of(),
                filters,
                Optional.empty(),
                false,
                List.of(),
                ChannelReport.Fate.SEEN);
    }

    private static long number(Rows rows, int row, String column) {
        return Rows.number(rows.value(row, column).orElse("")).orElse(0);
    }

    private void report(ChannelReport channel) {
        run.report().found(channel);
        if (run.policy() == Channels.KEEP && !channel.filters().isEmpty()) {
            run.report()
                    .warn(
                            "the donor's channel '" + channel.name()
                                    + "' filters what it replicates, and filters are not part of a" + " clone: "
                                    + String.join(", ", channel.filters()),
                            "Set the same filters in the option files of the new server.");
        }
    }

    private Optional<SourceFacts> askSource(ChannelReport channel) throws CloneException {
        DonorAddress address = ChannelSource.address(channel.name(), channel.host(), channel.port());
        if (!run.hasReplicationAccount()) {
            findings.gather(() -> requireReachable(address));
            return Optional.empty();
        }
        try (ServerSession sql = run.sourceAt(address).connect()) {
            return Optional.of(SourceFacts.ask(sql, run.request().replication().user(), run.targetUuids()));
        } catch (ServerException e) {
            findings.gather(() -> {
                throw Run.failed(Failure.Provisioning.SOURCE, e);
            });
            return Optional.empty();
        }
    }

    /** Only the clone has the account that could say more. */
    private void requireReachable(DonorAddress address) throws CloneException {
        int millis = (int) run.request().copy().login().connectTimeout().toMillis();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), millis);
        } catch (IOException e) {
            throw Failure.Provisioning.SOURCE.exception(
                    "the source " + address + " of the donor cannot be reached from here: " + e.getMessage(), e);
        }
    }
}

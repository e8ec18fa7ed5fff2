package org.jclone.provision.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jclone.provision.api.SourceChoice;
import org.jclone.provision.api.SourceChoice.Wanted;
import org.jclone.provision.donor.TargetIdentity;
import org.jclone.provision.group.Group;
import org.jclone.provision.group.GroupInquiry;
import org.jclone.provision.group.JoinSettings;
import org.jclone.provision.group.Member;
import org.jclone.provision.group.NewMember;
import org.jclone.provision.mysqld.EffectiveOptions;
import org.jclone.provision.mysqld.Interruptions;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.storage.ServerLock;

/** The group that the new server joins, as the steps see it. */
final class JoinGroup {

    private static final long POLL_MILLIS = 500;

    private final Run run;
    private final JoinSettings join;
    private final Function<DonorAddress, Server> servers;

    /** @param servers returns a member, asked with the account of the clone */
    JoinGroup(Run run, JoinSettings join, Function<DonorAddress, Server> servers) {
        this.run = run;
        this.join = join;
        this.servers = servers;
    }

    /** Returns the group; empty if the new server joins none. */
    static Optional<JoinGroup> of(Run run) {
        return run.request().join().map(join -> new JoinGroup(run, join, run::asCloneUser));
    }

    /** Asks the members, and records where they answered: a later process finds the group without the donor. */
    Group ask() throws CloneException {
        Group group = new GroupInquiry(servers, join.prohibition()).ask(entries());
        Optional<String> before = run.record().fact(Fact.GROUP);
        if (before.isPresent() && !before.get().equals(group.name())) {
            throw Failure.Provisioning.GROUP.exception(
                    "the run began with the group " + before.get() + ", now the members are of " + group.name());
        }
        run.record().set(Fact.GROUP, group.name());
        run.record()
                .set(
                        Fact.GROUP_MEMBERS,
                        group.addresses().stream().map(DonorAddress::toString).collect(Collectors.joining(",")));
        return group;
    }

    /**
     * Returns where to look for a member. The donor's own sources may be members of another group, so they come last.
     */
    private List<DonorAddress> entries() throws CloneException {
        SourceChoice choice = run.request().replication().source();
        List<DonorAddress> entries = new ArrayList<>(choice.given());
        if (choice.wanted() != Wanted.DONORS_SOURCE) {
            entries.add(run.donor());
        }
        List<DonorAddress> before = recordedMembers();
        entries.addAll(before);
        if (before.isEmpty() && (choice.wanted() == Wanted.DONORS_SOURCE || choice.wanted() == Wanted.ANY)) {
            entries.addAll(new SourceCandidates(run, servers).ofDonor());
        }
        return entries;
    }

    List<DonorAddress> recordedMembers() {
        return run.record()
                .fact(Fact.GROUP_MEMBERS)
                .map(text -> Stream.of(text.split(",")).map(DonorAddress::parse).toList())
                .orElse(List.of());
    }

    NewMember newMember() throws CloneException {
        EffectiveOptions options = run.effective();
        boolean logs = options.value("log_bin").isPresent()
                && options.value("log_replica_updates").filter("TRUE"::equals).isPresent();
        return new NewMember(
                join,
                options.version(),
                run.request().replication().reportHost().or(() -> options.value("report_host")),
                options.value("port")
                        .map(text -> (int) Rows.number(text).orElse(DonorAddress.DEFAULT_PORT))
                        .filter(port -> port > 0)
                        .orElse(DonorAddress.DEFAULT_PORT),
                logs,
                options.value("ssl_ca").or(() -> options.value("ssl_capath")).isPresent(),
                run.sourceTls());
    }

    /**
     * Chooses the member that the private server fetches from.
     *
     * @param own transactions that the new server has, or will have
     */
    void chooseSource(Group group, GtidSet own) throws CloneException {
        List<DonorAddress> given = run.request().replication().source().given();
        DonorAddress chosen = group.sourceFor(given, own)
                .orElseGet(() -> group.leastPurged(own))
                .address();
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put(
                "given",
                given.isEmpty()
                        ? "no"
                        : given.stream().map(DonorAddress::toString).collect(Collectors.joining(" ")));
        inputs.put(
                "members that have what is missing",
                group.facts().stream()
                        .filter(each -> each.purged().isSubsetOf(own))
                        .map(each -> each.address().toString())
                        .collect(Collectors.joining(" ")));
        run.report().decided("source", chosen.toString(), inputs);
        run.record().set(Fact.SOURCE, chosen.toString());
    }

    /** Asks the group again before the channel starts: it may have changed since PREPARE. */
    Group requireFits(GtidSet clone) throws CloneException {
        Group group = ask();
        GtidSet errant = clone.subtract(group.transactions());
        if (!errant.isEmpty()) {
            errant = errant.subtract(ask().transactions()); // the member that has them may not have answered
        }
        if (!errant.isEmpty()) {
            throw Failure.Provisioning.DIVERGED.exception(
                    "the new server has transactions that the group lacks, which would refuse it: " + errant);
        }
        requireSource(group, clone);
        chooseSource(group, clone);
        return group;
    }

    /** Asks before the old server is stopped, when the clone may have a little less than the donor has now. */
    void requireNotPurged() throws CloneException {
        Optional<String> donor = run.record().fact(Fact.DONOR_EXECUTED);
        if (donor.isEmpty() || run.isIncremental()) {
            return;
        }
        Group group;
        try {
            group = ask();
        } catch (CloneException e) {
            if (e.code() == CloneErrorCode.ABORTED) {
                throw e;
            }
            run.report()
                    .note("before the old server is stopped, the group was not asked what it has purged: "
                            + e.getMessage());
            return; // CONFIGURE asks again
        }
        Optional<String> own = TargetIdentity.uuidOf(run.directory());
        requireSource(own.isEmpty() ? group : group.without(own.get()), GtidSet.parse(donor.get()));
    }

    /** Returns where the members reach the target's server. */
    Optional<DonorAddress> address() throws CloneException {
        NewMember member = newMember();
        return member.reportHost().map(host -> new DonorAddress(host, member.port()));
    }

    /**
     * Waits until the members have expelled the target's earlier server, if it was killed: they refuse another server
     * with its address as long as they know it. Does not wait if the new server runs already.
     *
     * @param address of the target's server; empty if it is not known
     */
    void awaitExpelled(Optional<DonorAddress> address) throws CloneException {
        long begin = run.nanoTime().getAsLong();
        boolean noted = false;
        while (isStopped()) {
            Optional<Member> earlier = earlier(address);
            if (earlier.isEmpty()) {
                return;
            }
            String seen = "the members still see the earlier server "
                    + earlier.get().name() + " as " + earlier.get().state();
            if (run.nanoTime().getAsLong() - begin
                    > run.request().waiting().stall().toNanos()) {
                run.report().warn(seen, "They may refuse the new one until they have expelled it.");
                return;
            }
            if (!noted) {
                run.report().note(seen + ": waiting until they have expelled it");
                noted = true;
            }
            pause();
        }
    }

    private boolean isStopped() throws CloneException {
        try {
            ServerLock.requireUnused(run.directory());
            return true;
        } catch (StorageException e) {
            throw e;
        } catch (CloneException e) {
            return false;
        }
    }

    /** Returns the member with the target's identity or address, while its server is stopped. */
    private Optional<Member> earlier(Optional<DonorAddress> address) throws CloneException {
        Set<String> own = run.targetUuids();
        try {
            return ask().members().stream()
                    .filter(each -> own.contains(each.uuid()) || address.isPresent() && address.equals(each.address()))
                    .findFirst();
        } catch (CloneException e) {
            if (e.code() == CloneErrorCode.ABORTED) {
                throw e;
            }
            return Optional.empty(); // VERIFY asks again
        }
    }

    private static void pause() throws CloneException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        }
    }

    /** A member that was not asked may still have what the others have purged; otherwise the clone is useless. */
    private void requireSource(Group group, GtidSet clone) throws CloneException {
        if (group.sourceFor(clone).isPresent()) {
            return;
        }
        PurgedException purged = new PurgedException("each member has purged transactions that the new server lacks: "
                + group.leastPurged(clone).purged().subtract(clone)
                + (group.unseen().isEmpty() ? "" : "; not asked: " + String.join("; ", group.unseen())));
        if (group.unseen().isEmpty()) {
            run.record().set(Fact.CLONE_USELESS, purged.getMessage());
        }
        throw purged;
    }

    /** Whether the data itself has the plugin. An active plugin may come from settings that this run replaces. */
    static boolean isInstalled(ServerSession sql) throws ServerException {
        return !sql.query("SELECT 1 FROM mysql.plugin WHERE name = 'group_replication'")
                .isEmpty();
    }
}

package org.jclone.provision.step;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jclone.provision.donor.TargetIdentity;
import org.jclone.provision.group.Group;
import org.jclone.provision.group.JoinSettings;
import org.jclone.provision.group.Member;
import org.jclone.provision.group.NewMember;
import org.jclone.provision.group.RecoveryAccount;
import org.jclone.provision.group.RecoveryCredentials;
import org.jclone.provision.plan.RecoveryMethod;
import org.jclone.provision.plan.Situation;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;

/** What PREPARE asks of the group that the new server joins. */
final class PrepareGroup {

    private static final int SEED_MILLIS = 5_000;

    private final Run run;
    private final JoinGroup joining;
    private final JoinSettings join;
    private Optional<Group> group = Optional.empty();
    private Optional<Member> self = Optional.empty();

    PrepareGroup(Run run, JoinGroup joining) {
        this.run = run;
        this.joining = joining;
        this.join = run.request().join().orElseThrow();
    }

    /** Asks the members, and chooses one of them as source. */
    void ask(Optional<DonorIdentity> donor) throws CloneException {
        Group all = joining.ask();
        self = ownUuid().flatMap(all::member);
        Group found = others(all);
        group = Optional.of(found);
        Map<String, String> inputs = new LinkedHashMap<>();
        found.members()
                .forEach(member -> inputs.put(
                        member.name(), (member.state() + " " + member.role()).strip() + " " + member.version()));
        inputs.put("communication stack", found.variable("communication_stack"));
        inputs.put("single primary", found.variable("single_primary_mode"));
        run.report().decided("group", found.name(), inputs);
        found.unseen().forEach(unseen -> run.report().warn("a member could not be asked: " + unseen, ""));
        joining.chooseSource(found, donor.map(DonorIdentity::executed).orElse(found.transactions()));
    }

    /** Without the target, which may be a member already. */
    private Group others(Group all) {
        return ownUuid().map(all::without).orElse(all);
    }

    /** Compares the group with the target, and checks that the target can reach it. */
    void check(Findings findings) {
        if (group.isEmpty()) {
            return; // the reason is a finding already
        }
        Group found = group.get();
        findings.gather(() -> {
            NewMember member = joining.newMember();
            member.problems(found).forEach(findings::add);
            if (member.reportHost().isPresent()) {
                requireReachable(member.seeds(found));
            }
        });
        findings.gather(() -> requireAccount(found));
        findings.gather(this::requireNotOnline);
        if (join.credentials() == RecoveryCredentials.FORGET) {
            findings.gather(this::requireStarter);
        }
    }

    /** One seed is enough to join. */
    private void requireReachable(String seeds) throws CloneException {
        List<String> reasons = new ArrayList<>();
        int reached = 0;
        for (String seed : seeds.split(",")) {
            try (Socket socket = new Socket()) {
                DonorAddress address = DonorAddress.parse(seed);
                socket.connect(new InetSocketAddress(address.host(), address.port()), SEED_MILLIS);
                reached++;
            } catch (IOException | IllegalArgumentException e) {
                reasons.add(seed + ": " + e.getMessage());
            }
        }
        if (reached == 0) {
            throw Failure.Provisioning.GROUP.exception(
                    "no seed of the group can be reached from here: " + String.join("; ", reasons));
        }
        reasons.forEach(reason -> run.report().warn("a seed of the group cannot be reached from here: " + reason, ""));
    }

    private void requireAccount(Group found) throws CloneException {
        if (join.credentials() == RecoveryCredentials.KEEP) {
            return; // that account may be another one
        }
        String user = run.request().replication().user();
        try (ServerSession sql = run.source().connect()) {
            RecoveryAccount account = RecoveryAccount.of(sql.query("SHOW GRANTS"));
            account.desirable()
                    .forEach((privilege, why) -> run.report()
                            .warn(
                                    "the account " + user + " lacks " + privilege + ": " + why,
                                    "GRANT " + privilege + " ON *.* TO it on the primary."));
            Map<String, String> missing = account.missing(found);
            if (!missing.isEmpty()) {
                throw Failure.Provisioning.GROUP.exception("the account " + user + " lacks "
                        + missing.entrySet().stream()
                                .map(each -> each.getKey() + " (" + each.getValue() + ")")
                                .collect(Collectors.joining(", "))
                        + ": GRANT " + String.join(", ", missing.keySet()) + " ON *.* TO it on the primary");
            }
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.GROUP, e);
        }
    }

    /** A clone has the credentials of its donor; data that stays has its own. */
    void checkCarriedCredentials(Findings findings) {
        if (group.isPresent() && join.credentials() == RecoveryCredentials.KEEP) {
            findings.gather(this::requireDonorsCredentials);
        }
    }

    private void requireDonorsCredentials() throws CloneException {
        try (ServerSession sql = run.asCloneUser(run.donor()).connect()) {
            boolean stored = sql.query("SELECT USER FROM performance_schema.replication_connection_configuration"
                            + " WHERE CHANNEL_NAME = '" + GroupChannels.RECOVERY + "'")
                    .single()
                    .filter(user -> !user.isEmpty())
                    .isPresent();
            if (!stored) {
                throw Failure.Provisioning.GROUP.exception(
                        "the donor " + run.donor() + " " + GroupChannels.NO_CREDENTIALS);
            }
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.GROUP, e);
        }
    }

    /** The clone has the accounts of the group. */
    private void requireStarter() throws CloneException {
        try (ServerSession sql = run.asCloneUser(run.donor()).connect()) {
            if (!RecoveryAccount.of(sql.query("SHOW GRANTS")).has("GROUP_REPLICATION_ADMIN")) {
                throw Failure.Provisioning.GROUP.exception("the account of --user lacks GROUP_REPLICATION_ADMIN, with"
                        + " which jclone starts the member: GRANT GROUP_REPLICATION_ADMIN ON *.* TO it on the primary");
            }
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.GROUP, e);
        }
    }

    private void requireNotOnline() throws CloneException {
        if (self.isEmpty() || !self.get().isOnline()) {
            return;
        }
        if (run.request().recovery().method() == RecoveryMethod.AUTO) {
            throw Failure.Provisioning.GROUP.exception("the target is an ONLINE member of the group, "
                    + self.get().name() + ": --recovery-method=CLONE replaces it anyway");
        }
        run.report()
                .warn(
                        "the target is an ONLINE member of the group, "
                                + self.get().name() + ", and leaves it",
                        "");
    }

    private Optional<String> ownUuid() {
        return TargetIdentity.uuidOf(run.directory());
    }

    /** Returns the ids of all other members, with those that a source knows. */
    SourceFacts withMembers(SourceFacts source) {
        Set<Long> ids = new LinkedHashSet<>(source.serverIds());
        group.ifPresent(found -> ids.addAll(found.serverIds()));
        return source.withServerIds(ids);
    }

    /** What the group has takes the place of what a source has; the best member says what is purged. */
    Situation situation(boolean hasData, Optional<GtidSet> target) throws CloneException {
        if (group.isEmpty()) {
            throw Failure.Provisioning.GROUP.exception("the group could not be asked, so nothing can be decided");
        }
        Group found = others(joining.ask());
        GtidSet own = target.orElse(GtidSet.EMPTY);
        boolean serves = found.at(run.sourceAddress())
                .filter(source -> source.purged().isSubsetOf(own))
                .isPresent();
        if (target.isPresent() && !serves && found.sourceFor(own).isPresent()) {
            joining.chooseSource(found, own);
        }
        GtidSet purged = found.at(run.sourceAddress())
                .orElseGet(() -> found.leastPurged(own))
                .purged();
        return new Situation(hasData, target, false, found.transactions(), purged, true);
    }

    /** The donor may be no member, such as a replica of one: then it may not have more than the group. */
    void requireDonorFits(GtidSet donor) throws CloneException {
        if (group.isEmpty()) {
            return;
        }
        GtidSet errant = donor.subtract(others(joining.ask()).transactions());
        if (!errant.isEmpty()) {
            throw Failure.Provisioning.SOURCE.exception(
                    "the donor " + run.donor() + " has transactions that the group lacks: " + errant);
        }
    }
}

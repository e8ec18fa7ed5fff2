package org.jclone.provision.group;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.DonorAddress;

/**
 * A replication group: the list of its members from one of them, and what those that could be asked report.
 *
 * @param members all, in any state
 * @param facts of the members that are ONLINE and answer; at least one
 * @param unseen ONLINE members that could not be asked, each with the reason
 */
public record Group(List<Member> members, List<MemberFacts> facts, List<String> unseen) {

    /** The stack that uses the SQL port, instead of a port of its own. */
    static final String MYSQL_STACK = "MYSQL";

    public Group {
        members = List.copyOf(members);
        facts = List.copyOf(facts);
        unseen = List.copyOf(unseen);
        if (facts.isEmpty()) {
            throw new IllegalArgumentException("a group without a member that answers");
        }
    }

    public String name() {
        return variable("group_name");
    }

    /** {@return a variable of the group, without its prefix, as the first member has it} */
    public String variable(String name) {
        return facts.get(0).group(name);
    }

    public List<Member> online() {
        return members.stream().filter(Member::isOnline).toList();
    }

    public Optional<Member> member(String uuid) {
        return members.stream()
                .filter(member -> member.uuid().equalsIgnoreCase(uuid))
                .findFirst();
    }

    /** {@return the group without a server that may be a member, unless nobody else answers} */
    public Group without(String uuid) {
        List<MemberFacts> others = facts.stream()
                .filter(each -> !each.uuid().equalsIgnoreCase(uuid))
                .toList();
        return others.isEmpty()
                ? this
                : new Group(
                        members.stream()
                                .filter(each -> !each.uuid().equalsIgnoreCase(uuid))
                                .toList(),
                        others,
                        unseen);
    }

    /** {@return what the group has committed: a new member may have nothing else} */
    public GtidSet transactions() {
        return facts.stream().map(MemberFacts::transactions).reduce(GtidSet.EMPTY, GtidSet::union);
    }

    /** {@return the lowest version of an ONLINE member} */
    public Version lowestVersion() {
        return online().stream()
                .map(Member::version)
                .min(Comparator.comparingInt(Version::number))
                .orElseThrow();
    }

    public Set<Long> serverIds() {
        return facts.stream().map(MemberFacts::serverId).collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return the addresses of the members that answered, to ask them again later} */
    public List<DonorAddress> addresses() {
        return facts.stream().map(MemberFacts::address).toList();
    }

    /** {@return the facts of a member by its address} */
    public Optional<MemberFacts> at(DonorAddress address) {
        return facts.stream().filter(each -> each.address().equals(address)).findFirst();
    }

    /**
     * {@return the member to fetch from: its binary logs have all that a server with {@code own} lacks} Among several,
     * the one that has applied most; then a secondary before the primary.
     */
    public Optional<MemberFacts> sourceFor(GtidSet own) {
        GtidSet all = transactions();
        return facts.stream()
                .filter(each -> each.purged().isSubsetOf(own))
                .min(Comparator.comparingLong((MemberFacts each) ->
                                all.subtract(each.executed()).count())
                        .thenComparing(MemberFacts::primary));
    }

    /** {@return the first of the wanted members that has all that a server with {@code own} lacks; then any other} */
    public Optional<MemberFacts> sourceFor(List<DonorAddress> wanted, GtidSet own) {
        return wanted.stream()
                .flatMap(address -> at(address).stream())
                .filter(each -> each.purged().isSubsetOf(own))
                .findFirst()
                .or(() -> sourceFor(own));
    }

    /** {@return the member that has purged least of what a server with {@code own} lacks} */
    public MemberFacts leastPurged(GtidSet own) {
        return facts.stream()
                .min(Comparator.comparingLong(
                        each -> each.purged().subtract(own).count()))
                .orElseThrow();
    }

    boolean usesSqlPort() {
        return variable("communication_stack").equalsIgnoreCase(MYSQL_STACK);
    }
}

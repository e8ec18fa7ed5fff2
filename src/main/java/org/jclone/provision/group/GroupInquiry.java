package org.jclone.provision.group;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/** Asks a group: one of its members for the list, then each ONLINE member for itself. */
public final class GroupInquiry {

    private static final String MEMBERS = "SELECT MEMBER_ID, MEMBER_HOST, MEMBER_PORT, MEMBER_STATE, MEMBER_ROLE,"
            + " MEMBER_VERSION, @@GLOBAL.server_uuid FROM performance_schema.replication_group_members";

    private final Function<DonorAddress, Server> access;
    private final Function<DonorAddress, Optional<String>> prohibition;

    /**
     * @param access with an account that may see {@code performance_schema}
     * @param prohibition why an address must not be connected to; empty if it may
     */
    public GroupInquiry(Function<DonorAddress, Server> access, Function<DonorAddress, Optional<String>> prohibition) {
        this.access = access;
        this.prohibition = prohibition;
    }

    /**
     * Asks the first of {@code entries} that is an ONLINE member.
     *
     * @throws CloneException with the reason for each entry if there is none
     */
    public Group ask(List<DonorAddress> entries) throws CloneException {
        List<String> reasons = new ArrayList<>();
        for (DonorAddress entry : new LinkedHashSet<>(entries)) {
            try (ServerSession sql = access.apply(entry).connect()) {
                Rows rows = sql.query(MEMBERS);
                List<Member> members = members(rows);
                String uuid = rows.isEmpty() ? "" : rows.text(0, 6);
                Optional<Member> self = members.stream()
                        .filter(member -> member.uuid().equalsIgnoreCase(uuid))
                        .findFirst();
                if (self.isPresent() && self.get().isOnline()) {
                    return ask(members, self.get(), MemberFacts.ask(sql, entry, self.get()));
                }
                reasons.add(entry + " is "
                        + self.map(Member::state)
                                .map(state -> state + " in its group")
                                .orElse("in no group"));
            } catch (RefusedException e) {
                reasons.add(e.getMessage()
                        + (e.isAccessDenied()
                                ? ": GRANT SELECT ON performance_schema.* TO the account of --user"
                                : ""));
            } catch (ServerException e) {
                reasons.add(e.getMessage());
            }
        }
        throw Failure.Provisioning.GROUP.exception(
                "no ONLINE member of a replication group could be asked: " + String.join("; ", reasons));
    }

    private Group ask(List<Member> members, Member entry, MemberFacts first) {
        List<MemberFacts> facts = new ArrayList<>(List.of(first));
        List<String> unseen = new ArrayList<>();
        for (Member member : members) {
            if (!member.isOnline() || member.uuid().equals(entry.uuid())) {
                continue;
            }
            Optional<String> reason = member.address().isEmpty()
                    ? Optional.of("its address is none")
                    : prohibition.apply(member.address().get());
            if (reason.isPresent()) {
                unseen.add(member.name() + ": " + reason.get());
                continue;
            }
            DonorAddress address = member.address().get();
            try (ServerSession sql = access.apply(address).connect()) {
                facts.add(MemberFacts.ask(sql, address, member));
            } catch (ServerException e) {
                unseen.add(e.getMessage());
            }
        }
        return new Group(members, facts, unseen);
    }

    /** Returns the members as a server that is asked shows them; one that left shows only itself. */
    static List<Member> members(Rows rows) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            members.add(new Member(
                    rows.text(i, 0),
                    address(rows.text(i, 1), rows.text(i, 2)),
                    rows.text(i, 3),
                    rows.text(i, 4),
                    Version.of(rows.text(i, 5))));
        }
        return members;
    }

    private static Optional<DonorAddress> address(String host, String port) {
        try {
            return Optional.of(
                    new DonorAddress(host, Math.toIntExact(Rows.number(port).orElse(0))));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }
}

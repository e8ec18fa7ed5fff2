package org.jclone.provision.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.DonorAddress;

/** Groups for tests. */
final class Groups {

    static final String UUID = "5a45d42c-0000-1111-2222-333344445555";

    private Groups() {}

    static GtidSet gtids(String intervals) {
        return intervals.isEmpty() ? GtidSet.EMPTY : GtidSet.parse(UUID + ':' + intervals);
    }

    /** A member {@code dbN} with the settings of {@link #group}. */
    static MemberFacts facts(int number, boolean primary, String executed, String received, String purged) {
        Map<String, String> variables = new TreeMap<>(Map.of(
                "group_replication_group_name",
                "6a636c6f-6e65-4000-8000-000000000001",
                "group_replication_communication_stack",
                "XCOM",
                "group_replication_local_address",
                "db" + number + ":33061",
                "group_replication_group_seeds",
                "db1:33061,db2:33061,db3:33061",
                "group_replication_ssl_mode",
                "REQUIRED",
                "group_replication_ip_allowlist",
                "AUTOMATIC",
                "group_replication_single_primary_mode",
                "ON"));
        return new MemberFacts(
                address(number),
                uuid(number),
                number,
                primary,
                variables,
                gtids(executed),
                gtids(received),
                gtids(purged));
    }

    static MemberFacts with(MemberFacts facts, String variable, String value) {
        Map<String, String> variables = new TreeMap<>(facts.variables());
        variables.put(variable, value);
        return new MemberFacts(
                facts.address(),
                facts.uuid(),
                facts.serverId(),
                facts.primary(),
                variables,
                facts.executed(),
                facts.received(),
                facts.purged());
    }

    static Group group(MemberFacts... facts) {
        return group("9.7.4", facts);
    }

    static Group group(String version, MemberFacts... facts) {
        List<Member> members = new ArrayList<>();
        for (MemberFacts each : facts) {
            members.add(new Member(
                    each.uuid(),
                    Optional.of(each.address()),
                    "ONLINE",
                    each.primary() ? "PRIMARY" : "SECONDARY",
                    Version.of(version)));
        }
        return new Group(members, List.of(facts), List.of());
    }

    static DonorAddress address(int number) {
        return new DonorAddress("db" + number, 3306);
    }

    static String uuid(int number) {
        return "00000000-0000-0000-0000-00000000000" + number;
    }
}

package org.jclone.provision.group;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.sql.Rows;

/**
 * What a member says of itself.
 *
 * @param address under which other servers reach it
 * @param variables those of the group, and those that must agree, by name in lower case
 * @param received transactions that it has from the group, applied or not
 * @param purged those that its binary logs no longer have
 */
public record MemberFacts(
        DonorAddress address,
        String uuid,
        long serverId,
        boolean primary,
        Map<String, String> variables,
        GtidSet executed,
        GtidSet received,
        GtidSet purged) {

    private static final String VARIABLES = "SHOW GLOBAL VARIABLES WHERE Variable_name LIKE 'group\\_replication\\_%'"
            + " OR Variable_name IN ('server_uuid', 'server_id', 'default_table_encryption', 'lower_case_table_names')";

    public MemberFacts {
        variables = Map.copyOf(variables);
    }

    static MemberFacts ask(ServerSession sql, DonorAddress address, Member member) throws ServerException {
        Rows rows = sql.query(VARIABLES);
        Map<String, String> variables = new TreeMap<>();
        for (int i = 0; i < rows.size(); i++) {
            variables.put(rows.text(i, 0).toLowerCase(Locale.ROOT), rows.text(i, 1));
        }
        String received = sql.query("SELECT RECEIVED_TRANSACTION_SET FROM"
                        + " performance_schema.replication_connection_status"
                        + " WHERE CHANNEL_NAME = 'group_replication_applier'")
                .single()
                .orElse("");
        boolean local = address.socket().isPresent(); // a channel needs a host
        return new MemberFacts(
                local ? member.address().orElse(address) : address,
                variables.getOrDefault("server_uuid", ""),
                Rows.number(variables.getOrDefault("server_id", "")).orElse(0),
                member.role().equals("PRIMARY"),
                variables,
                sql.gtidSet("@@GLOBAL.gtid_executed"),
                GtidSet.parse(received),
                sql.gtidSet("@@GLOBAL.gtid_purged"));
    }

    /** {@return a variable without its prefix {@code group_replication_}; empty if there is none} */
    public String group(String name) {
        return variables.getOrDefault("group_replication_" + name, "");
    }

    GtidSet transactions() {
        return executed.union(received);
    }
}

package org.jclone.provision.group;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jclone.recipient.sql.Rows;

/** What the account of the recovery channel may do, from {@code SHOW GRANTS}. */
public record RecoveryAccount(List<String> global) {

    private static final String EVERYTHING = "ALL PRIVILEGES";

    public RecoveryAccount {
        global = List.copyOf(global);
    }

    /** Keeps the privileges on all databases; those of roles that are not active do not count. */
    public static RecoveryAccount of(Rows grants) {
        List<String> global = new ArrayList<>();
        for (int i = 0; i < grants.size(); i++) {
            String grant = grants.text(i, 0);
            int on = grant.indexOf(" ON *.* TO ");
            if (grant.startsWith("GRANT ") && on > 0) {
                for (String privilege : grant.substring("GRANT ".length(), on).split(",")) {
                    global.add(privilege.strip().toUpperCase(Locale.ROOT));
                }
            }
        }
        return new RecoveryAccount(global);
    }

    public boolean has(String privilege) {
        return global.contains(privilege) || global.contains(EVERYTHING);
    }

    /** {@return privileges without which a member cannot recover, each with the reason} */
    public Map<String, String> missing(Group group) {
        Map<String, String> missing = new LinkedHashMap<>();
        if (!has("REPLICATION SLAVE")) {
            missing.put("REPLICATION SLAVE", "a member that joins fetches with it what it lacks");
        }
        if (group.usesSqlPort() && !has("GROUP_REPLICATION_STREAM")) {
            missing.put(
                    "GROUP_REPLICATION_STREAM",
                    "with group_replication_communication_stack=MYSQL members connect with it");
        }
        return missing;
    }

    /** {@return privileges that a member needs in some situations, each with the situation} */
    public Map<String, String> desirable() {
        Map<String, String> missing = new LinkedHashMap<>();
        if (!has("CONNECTION_ADMIN")) {
            missing.put("CONNECTION_ADMIN", "a member in offline mode closes the group's connections");
        }
        if (!has("BACKUP_ADMIN")) {
            missing.put("BACKUP_ADMIN", "the group's own recovery cannot clone this server");
        }
        return missing;
    }
}

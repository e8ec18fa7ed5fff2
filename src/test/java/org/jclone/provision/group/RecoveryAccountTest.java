package org.jclone.provision.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.provision.group.Groups.facts;
import static org.jclone.provision.group.Groups.group;
import static org.jclone.provision.group.Groups.with;

import java.util.List;
import org.jclone.provision.server.ScriptedSession;
import org.junit.jupiter.api.Test;

class RecoveryAccountTest {

    private static final Group XCOM = group(facts(1, true, "1-9", "", ""));
    private static final Group MYSQL =
            group(with(facts(1, true, "1-9", "", ""), "group_replication_communication_stack", "MYSQL"));

    private static RecoveryAccount account(String... grants) {
        return RecoveryAccount.of(ScriptedSession.rows(List.of("Grants for repl@%"), grants));
    }

    @Test
    void needsReplicationSlave() {
        assertThat(account("GRANT REPLICATION CLIENT ON *.* TO `repl`@`%`").missing(XCOM))
                .containsOnlyKeys("REPLICATION SLAVE");
        assertThat(account("GRANT SELECT, REPLICATION SLAVE ON *.* TO `repl`@`%`")
                        .missing(XCOM))
                .isEmpty();
    }

    @Test
    void needsAStreamIfMembersConnectWithIt() {
        RecoveryAccount account =
                account("GRANT REPLICATION SLAVE ON *.* TO `repl`@`%`", "GRANT BACKUP_ADMIN ON *.* TO `repl`@`%`");
        assertThat(account.missing(MYSQL)).containsOnlyKeys("GROUP_REPLICATION_STREAM");
        assertThat(account.desirable()).containsOnlyKeys("CONNECTION_ADMIN");
    }

    @Test
    void countsPrivilegesOnAllDatabasesOnly() {
        assertThat(account("GRANT REPLICATION SLAVE ON `d`.* TO `repl`@`%`").has("REPLICATION SLAVE"))
                .isFalse();
        assertThat(account("GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION")
                        .missing(MYSQL))
                .isEmpty();
    }
}

package org.jclone.provision.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jclone.provision.group.Groups.facts;
import static org.jclone.provision.group.Groups.group;
import static org.jclone.provision.group.Groups.with;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewMemberTest {

    private static final Group GROUP = group(facts(1, true, "1-9", "", ""), facts(2, false, "1-9", "", ""));

    private static final TlsSettings TLS = TlsSettings.DEFAULT.withSslMode(SslMode.REQUIRED);

    private static JoinSettings join(RecoveryCredentials credentials) {
        return new JoinSettings(Optional.empty(), Optional.empty(), credentials, address -> Optional.empty());
    }

    private static NewMember member(String version, Optional<String> reportHost) {
        return new NewMember(join(RecoveryCredentials.STORE), Version.of(version), reportHost, 3310, true, false, TLS);
    }

    private static final NewMember MEMBER = member("9.7.4", Optional.of("db4"));

    @Test
    void joinsWithTheSettingsOfTheGroup() {
        assertThat(MEMBER.problems(GROUP)).isEmpty();
        assertThat(MEMBER.settings(GROUP, false))
                .containsEntry("plugin_load_add", "group_replication.so")
                .containsEntry("loose-group_replication_group_name", "6a636c6f-6e65-4000-8000-000000000001")
                .containsEntry("loose-group_replication_ssl_mode", "REQUIRED")
                .containsEntry("loose-group_replication_ip_allowlist", "AUTOMATIC")
                .containsEntry("loose-group_replication_local_address", "db4:33061")
                .containsEntry("loose-group_replication_group_seeds", "db1:33061,db2:33061")
                .containsEntry("loose-group_replication_recovery_use_ssl", "ON")
                .containsEntry("loose-group_replication_start_on_boot", "ON")
                .doesNotContainKeys("loose-group_replication_recovery_ssl_ca", "default_table_encryption");
        assertThat(MEMBER.settings(GROUP, true)).doesNotContainKey("plugin_load_add");
    }

    @Test
    void usesTheSqlPortWithTheStackOfMySql() {
        Group group = group(
                with(facts(1, true, "1-9", "", ""), "group_replication_communication_stack", "MYSQL"),
                with(facts(2, false, "1-9", "", ""), "group_replication_communication_stack", "MYSQL"));
        assertThat(MEMBER.settings(group, true))
                .containsEntry("loose-group_replication_local_address", "db4:3310")
                .containsEntry("loose-group_replication_group_seeds", "db1:3306,db2:3306");
    }

    @Test
    void usesWhatTheOperatorSays() {
        NewMember member = new NewMember(
                new JoinSettings(
                        Optional.of(new DonorAddress("10.0.0.4", 33099)),
                        Optional.of("10.0.0.1:33061"),
                        RecoveryCredentials.FORGET,
                        address -> Optional.empty()),
                Version.of("9.7.4"),
                Optional.of("db4"),
                3306,
                true,
                false,
                TLS.withSslMode(SslMode.DISABLED));
        assertThat(member.settings(GROUP, true))
                .containsEntry("loose-group_replication_local_address", "10.0.0.4:33099")
                .containsEntry("loose-group_replication_group_seeds", "10.0.0.1:33061")
                .containsEntry("loose-group_replication_start_on_boot", "OFF")
                .containsEntry("loose-group_replication_recovery_use_ssl", "OFF")
                .containsEntry("loose-group_replication_recovery_get_public_key", "ON");
        assertThatThrownBy(() -> new JoinSettings(
                        Optional.empty(),
                        Optional.of("db1:33061,,db2:33061"),
                        RecoveryCredentials.STORE,
                        address -> Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void protectsRecoveryAsItsOwnConnections() {
        TlsSettings tls = new TlsSettings(
                Optional.of(SslMode.VERIFY_IDENTITY),
                TLS.policy(),
                Optional.of(Path.of("/etc/ca.pem")),
                Optional.empty(),
                Optional.empty(),
                TLS.sslKeyPassword(),
                false,
                Optional.empty());
        NewMember member = new NewMember(
                join(RecoveryCredentials.STORE), Version.of("9.7.4"), Optional.of("db4"), 3306, true, false, tls);
        assertThat(member.settings(GROUP, true))
                .containsEntry("loose-group_replication_recovery_ssl_ca", "/etc/ca.pem")
                .containsEntry("loose-group_replication_recovery_ssl_verify_server_cert", "ON");
    }

    @Test
    void includesTheSeedsOfAMemberThatDoesNotAnswer() {
        Group group = new Group(GROUP.members(), GROUP.facts(), List.of("db3:3306: no route"));
        assertThat(MEMBER.seeds(group)).isEqualTo("db1:33061,db2:33061,db3:33061");
    }

    @Test
    void doesNotTakeTheAddressOfAMember() {
        assertThat(member("9.7.4", Optional.of("db2")).problems(GROUP))
                .singleElement()
                .asString()
                .contains("--group-local-address=HOST:PORT");
    }

    @ParameterizedTest
    @CsvSource({
        "9.7.4, 9.7.4, true",
        "9.7.5, 9.7.4, true",
        "9.7.3, 9.7.4, true",
        "9.6.0, 9.7.4, false",
        "8.0.45, 8.0.44, true",
        "8.0.44, 8.0.45, false",
        "8.4.8, 9.7.4, false"
    })
    void isNotOlderThanEachMember(String target, String lowest, boolean joins) {
        Group group = group(lowest, facts(1, true, "1-9", "", ""));
        assertThat(member(target, Optional.of("db4")).problems(group).isEmpty()).isEqualTo(joins);
    }

    @Test
    void saysAllThatIsMissingAtOnce() {
        NewMember member = new NewMember(
                join(RecoveryCredentials.STORE), Version.of("9.7.4"), Optional.empty(), 3306, false, false, TLS);
        Group group = group(with(facts(1, true, "1-9", "", ""), "group_replication_ssl_mode", "VERIFY_IDENTITY"));
        assertThat(member.problems(group))
                .hasSize(3)
                .anySatisfy(text -> assertThat(text).contains("skip_log_bin"))
                .anySatisfy(text -> assertThat(text).contains("--report-host"))
                .anySatisfy(text -> assertThat(text).contains("group_replication_ssl_mode=VERIFY_IDENTITY"));
    }

    @Test
    void joinsNoFullGroup() {
        MemberFacts[] nine = new MemberFacts[9];
        for (int i = 0; i < nine.length; i++) {
            nine[i] = facts(i + 1, i == 0, "1-9", "", "");
        }
        assertThat(member("9.7.4", Optional.of("db10")).problems(group(nine)))
                .containsExactly("the group has 9 members, and 9 is the limit");
    }
}

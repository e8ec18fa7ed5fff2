package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.jclone.recipient.api.Mismatch;
import org.junit.jupiter.api.Test;

class UpgradeChecksTest {

    private static final ServerVersion V84 = ServerVersion.ofTarget("8.4.8").orElseThrow();
    private static final ServerVersion V97 = ServerVersion.ofTarget("9.7.4").orElseThrow();

    private static ScriptedDonor donor() {
        return new ScriptedDonor()
                .on("CURRENT_USER", "clone@%")
                .on("SHOW GRANTS", "GRANT REFERENCES ON *.* TO `clone`@`%`")
                .on("mysql.user")
                .on("information_schema.columns")
                .on("information_schema.statistics")
                .on("information_schema.plugins", "clone", "group_replication")
                .on("variables_info");
    }

    @Test
    void listsWhatWasCheckedAndWhatWasNot() throws Exception {
        UpgradeChecks checks = UpgradeChecks.ask(donor(), V97, facts(V97, "max_connections"));
        assertThat(checks.findings()).isEmpty();
        String advice = checks.advice(V84, V97);
        String[] parts = advice.split(" Not checked: ");
        assertThat(parts[0])
                .contains("accounts by authentication plugin", "AUTO_INCREMENT with FLOAT or DOUBLE")
                .contains("spatial indexes", "variables that were removed", "9.0 removed mysql_native_password");
        assertThat(parts[1])
                .contains("reserved words", "routines", "foreign keys")
                .doesNotContain("accounts", "GRANT");
    }

    @Test
    void listsItsFindings() throws Exception {
        ScriptedDonor donor = donor().on("mysql.user", "app@%", "old@db2")
                .on("information_schema.columns", "shop.t")
                .on("information_schema.statistics", "shop.places")
                .on(
                        "variables_info",
                        "max_connections",
                        "expire_logs_days",
                        "clone_block_ddl",
                        "group_replication_ip_whitelist",
                        "validate_password.length");
        UpgradeChecks checks = UpgradeChecks.ask(donor, V97, facts(V97, "max_connections"));
        assertThat(checks.findings()).extracting(Mismatch::severity).containsOnly(Mismatch.Severity.HARMLESS);
        assertThat(checks.findings())
                .extracting(Mismatch::donor)
                .containsExactly(
                        "app@%, old@db2 use mysql_native_password or authentication_fido",
                        "shop.t", "shop.places", "expire_logs_days");
        assertThat(checks.findings().get(0).advice()).contains("were removed");
        assertThat(UpgradeChecks.ask(donor, V84, facts(V84)).findings().get(0).advice())
                .contains("mysql_native_password=ON");
    }

    @Test
    void reportsHiddenDataAsNotChecked() throws Exception {
        ScriptedDonor donor = new ScriptedDonor()
                .on("CURRENT_USER", "clone@%")
                .on("SHOW GRANTS", "GRANT BACKUP_ADMIN ON *.* TO `clone`@`%`");
        UpgradeChecks checks = UpgradeChecks.ask(
                donor,
                V97,
                new TargetFacts(
                        Optional.of(V97), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(checks.findings()).isEmpty();
        assertThat(checks.advice(V84, V97))
                .doesNotContain("Checked on the donor")
                .contains("GRANT SELECT ON mysql.user TO 'clone'@'%';", "GRANT REFERENCES ON *.*", "give --mysqld");
        assertThat(UpgradeChecks.ask(new ScriptedDonor(), V97, facts(V97)).advice(V84, V97))
                .contains("anything: the donor says error 1142");
    }

    private static TargetFacts facts(ServerVersion version, String... variables) {
        return new TargetFacts(
                Optional.of(version),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Set.of(variables)));
    }
}

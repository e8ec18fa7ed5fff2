package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.recipient.api.Compatibility;
import org.jclone.recipient.api.Mismatch;
import org.junit.jupiter.api.Test;

class CompatibilityCheckTest {

    private static final Map<String, String> SETTINGS = Map.of(
            "version", "9.7.4",
            "version_compile_os", "Linux",
            "version_compile_machine", "x86_64",
            "innodb_page_size", "16384",
            "json_configs", "{\"version\":\"9.7.4\",\"maturity\":\"LTS\"}");

    private static final LocatorsResponse LOCATORS =
            new LocatorsResponse(0x0103, List.of(LocatorEntry.innodb(Locator.forVersion())));

    private static final Map<String, String> PLUGINS = Map.of("clone", "mysql_clone.so", "InnoDB", "");

    @Test
    void findsNoMismatchOnACompatibleTarget() {
        Compatibility found = run(SETTINGS, PLUGINS, Set.of("utf8mb4_0900_ai_ci", "binary"), target("9.7.1", "Linux"));
        assertThat(found.mismatches()).isEmpty();
        assertThat(found.notChecked()).isEmpty();
    }

    @Test
    void reportsAllMismatchesTogether() {
        TargetFacts target = new TargetFacts(
                ServerVersion.ofTarget("8.4.3"),
                Optional.of("macos15"),
                Optional.of("arm64"),
                Optional.of(Set.of()),
                Optional.empty());
        Compatibility found = run(SETTINGS, PLUGINS, Set.of("binary", "klingon_ci"), target);
        assertThat(found.fatal())
                .extracting(Mismatch::subject)
                .containsExactly("version", "operating system", "machine", "plugin clone", "collations");
        assertThat(found.fatal().get(0).advice()).contains("newer", "9.7");
        assertThat(found.notChecked()).isEmpty();
    }

    @Test
    void listsWhatItCannotCompare() {
        TargetFacts nothing = new TargetFacts(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        Compatibility found = run(SETTINGS, PLUGINS, Set.of("binary"), nothing);
        assertThat(found.mismatches()).isEmpty();
        assertThat(String.join("\n", found.notChecked()))
                .contains("version", "operating system", "machine", "plugins", "collations", "--mysqld");
    }

    @Test
    void doesNotKnowTheCollationsOfEveryVersion() {
        Compatibility found = run(
                Map.of("version", "8.0.44", "innodb_page_size", "16384"),
                PLUGINS,
                Set.of("utf8mb4_0900_ai_ci"),
                target("8.0.44", "Linux"));
        assertThat(found.notChecked()).containsExactly("collations (unknown for 8.0.44)");
    }

    @Test
    void treatsAnotherPackagersSuffixAsHarmless() {
        Map<String, String> donor = Map.of(
                "version",
                "8.0.25-log",
                "version_compile_os",
                "Linux",
                "version_compile_machine",
                "x86_64",
                "innodb_page_size",
                "16384");
        Compatibility found = run(donor, PLUGINS, Set.of(), target("8.0.25", "Linux"));
        assertThat(found.fatal()).isEmpty();
        assertThat(found.mismatches())
                .singleElement()
                .extracting(Mismatch::subject)
                .isEqualTo("version");
    }

    @Test
    void anUpgradeHasItsOwnRule() {
        Compatibility found = upgrade("8.4.8", "9.7.4");
        assertThat(found.fatal()).isEmpty();
        assertThat(found.mismatches())
                .singleElement()
                .extracting(Mismatch::subject)
                .isEqualTo("upgrade");
        assertThat(found.mismatches().get(0).advice())
                .contains("no 8.4 opens the directory afterwards", "plugin_load_add", "mysql_native_password")
                .contains("Not checked");
        assertThat(upgrade("8.0.44", "8.4.8").fatal()).isEmpty();
        assertThat(upgrade("8.0.35", "8.0.36").fatal()).isEmpty();
        assertThat(upgrade("9.7.0", "9.7.4").mismatches())
                .extracting(Mismatch::subject)
                .containsExactly("upgrade");
        assertThat(upgrade("9.7.4", "9.7.4").mismatches()).isEmpty();
    }

    /** MySQL clones between the first pair, as patches of one series, but that is not an upgrade. */
    @Test
    void anUpgradeNeverGoesBackOrSkipsALongTermSeries() {
        assertThat(upgrade("9.7.4", "9.7.1").fatal().get(0).advice()).contains("9.7.4 or newer");
        assertThat(upgrade("9.7.4", "8.4.8").fatal()).isNotEmpty();
        assertThat(upgrade("8.0.45", "9.7.4").fatal().get(0).advice()).contains("more steps");
        assertThat(upgrade("8.0.29", "8.4.8").fatal().get(0).advice()).contains("redo log", "innodb_fast_shutdown");
    }

    @Test
    void advisesAnUpgradeIfOnlyThatIsMissing() {
        Compatibility found = run(settings("8.4.8"), PLUGINS, Set.of("binary"), target("9.7.4", "Linux"));
        assertThat(found.fatal().get(0).advice()).contains("--upgrade");
        found = run(settings("8.0.45"), PLUGINS, Set.of("binary"), target("9.7.4", "Linux"));
        assertThat(found.fatal().get(0).advice()).doesNotContain("--upgrade");
    }

    /** The names before 8.0.30. */
    @Test
    void knowsTheOlderNamesOfCollations() {
        Set<String> names = Set.of("utf8_general_ci", "utf8mb3_general_ci");
        assertThat(run(SETTINGS, PLUGINS, names, target("9.7.4", "Linux")).mismatches())
                .isEmpty();
        assertThat(run(SETTINGS, PLUGINS, Set.of("utf8_klingon_ci"), target("9.7.4", "Linux"))
                        .fatal())
                .hasSize(1);
    }

    private static Compatibility upgrade(String donor, String target) {
        return CompatibilityCheck.run(
                DonorFacts.of(new DonorParameters(LOCATORS, settings(donor), PLUGINS, Set.of("binary"))),
                target(target, "Linux"),
                Optional.of(UpgradeChecks.none()));
    }

    private static Map<String, String> settings(String version) {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.remove("json_configs");
        settings.put("version", version);
        return settings;
    }

    /** MySQL does not load a library by a name with a folder either. */
    @Test
    void findsLibrariesByFileNameOnly() {
        TargetFacts target = new TargetFacts(
                ServerVersion.ofTarget("9.7.4"),
                Optional.of("Linux"),
                Optional.of("x86_64"),
                Optional.of(Set.of("../evil.so", "mysql_clone.so")),
                Optional.empty());
        assertThat(run(SETTINGS, Map.of("evil", "../evil.so"), Set.of("binary"), target)
                        .fatal())
                .singleElement()
                .extracting(Mismatch::subject)
                .isEqualTo("plugin evil");
    }

    @Test
    void cannotComparePluginsWithoutFileNames() {
        Compatibility found = run(SETTINGS, Map.of("clone", ""), Set.of("binary"), target("9.7.4", "Linux"));
        assertThat(found.notChecked()).singleElement().asString().startsWith("plugins");
    }

    private static TargetFacts target(String version, String os) {
        return new TargetFacts(
                ServerVersion.ofTarget(version),
                Optional.of(os),
                Optional.of("x86_64"),
                Optional.of(Set.of("mysql_clone.so", "adt_null.so")),
                Optional.empty());
    }

    private static Compatibility run(
            Map<String, String> settings, Map<String, String> plugins, Set<String> collations, TargetFacts target) {
        return CompatibilityCheck.run(
                DonorFacts.of(new DonorParameters(LOCATORS, settings, plugins, collations)), target, Optional.empty());
    }
}

package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static final Map<String, String> PLUGINS = Map.of("clone", "mysql_clone.so", "InnoDB", "");

    @Test
    void findsNothingWhereAllFits() {
        Compatibility found = run(SETTINGS, PLUGINS, Set.of("utf8mb4_0900_ai_ci", "binary"), target("9.7.1", "Linux"));
        assertThat(found.mismatches()).isEmpty();
        assertThat(found.notChecked()).isEmpty();
    }

    @Test
    void findsEverythingAtOnce() {
        TargetFacts target = new TargetFacts(
                ServerVersion.ofTarget("8.4.3"), Optional.of("macos15"), Optional.of("arm64"), Optional.of(Set.of()));
        Compatibility found = run(SETTINGS, PLUGINS, Set.of("binary", "klingon_ci"), target);
        assertThat(found.fatal())
                .extracting(Mismatch::subject)
                .containsExactly("version", "operating system", "machine", "plugin clone", "collations");
        assertThat(found.fatal().get(0).advice()).contains("newer", "9.7");
        assertThat(found.notChecked()).isEmpty();
    }

    @Test
    void namesWhatItCannotCompare() {
        TargetFacts nothing = new TargetFacts(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
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
        assertThat(found.notChecked()).containsExactly("collations (not known of 8.0.44)");
    }

    @Test
    void takesAnotherPackagersSuffixForHarmless() {
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

    /** A name with a folder in it is none that MySQL would load either, wherever it leads. */
    @Test
    void neverFindsALibraryByAPath() {
        TargetFacts target = new TargetFacts(
                ServerVersion.ofTarget("9.7.4"),
                Optional.of("Linux"),
                Optional.of("x86_64"),
                Optional.of(Set.of("../evil.so", "mysql_clone.so")));
        assertThat(run(SETTINGS, Map.of("evil", "../evil.so"), Set.of("binary"), target)
                        .fatal())
                .singleElement()
                .extracting(Mismatch::subject)
                .isEqualTo("plugin evil");
    }

    @Test
    void cannotCompareThePluginsOfADonorThatTellsNamesOnly() {
        Compatibility found = run(SETTINGS, Map.of("clone", ""), Set.of("binary"), target("9.7.4", "Linux"));
        assertThat(found.notChecked()).singleElement().asString().startsWith("plugins");
    }

    private static TargetFacts target(String version, String os) {
        return new TargetFacts(
                ServerVersion.ofTarget(version),
                Optional.of(os),
                Optional.of("x86_64"),
                Optional.of(Set.of("mysql_clone.so", "adt_null.so")));
    }

    private static Compatibility run(
            Map<String, String> settings, Map<String, String> plugins, Set<String> collations, TargetFacts target) {
        LocatorsResponse locators = new LocatorsResponse(0x0103, List.of(LocatorEntry.innodb(Locator.forVersion())));
        return CompatibilityCheck.run(
                DonorFacts.of(new DonorParameters(locators, settings, plugins, collations)), target);
    }
}

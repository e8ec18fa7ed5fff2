package org.jclone.recipient.compat;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jclone.recipient.api.Compatibility;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.api.Mismatch.Severity;

/**
 * Compares a donor with the known properties of the target, as MySQL's own recipient does, but reports all mismatches together.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md, section 6.3.
 */
final class CompatibilityCheck {

    /** The name of a shared library. Guards against arbitrary names from a donor. */
    private static final Pattern LIBRARY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}");

    private static final int MOST_NAMES = 5;

    private final DonorFacts donor;
    private final TargetFacts target;
    private final Optional<UpgradeChecks> upgrade;
    private final List<Mismatch> mismatches = new ArrayList<>();
    private final List<String> notChecked = new ArrayList<>();

    private CompatibilityCheck(DonorFacts donor, TargetFacts target, Optional<UpgradeChecks> upgrade) {
        this.donor = donor;
        this.target = target;
        this.upgrade = upgrade;
    }

    /** @param upgrade checks for an upgrade; empty if the target's version must be able to clone from the donor */
    static Compatibility run(DonorFacts donor, TargetFacts target, Optional<UpgradeChecks> upgrade) {
        CompatibilityCheck check = new CompatibilityCheck(donor, target, upgrade);
        check.version();
        check.setting("version_compile_os", target.os(), "operating system");
        check.setting("version_compile_machine", target.machine(), "machine");
        check.plugins();
        check.collations();
        check.mismatches.sort(Comparator.comparing(Mismatch::severity));
        return new Compatibility(check.mismatches, check.notChecked);
    }

    private void version() {
        if (target.version().isEmpty()) {
            notChecked.add("version (give --target-version or --mysqld)");
            return;
        }
        ServerVersion wanted = target.version().get();
        Optional<ServerVersion> has = donor.version();
        boolean downgrade = upgrade.isPresent()
                && has.isPresent()
                && wanted.number() < has.get().number();
        if (has.isPresent() && wanted.mayCloneFrom(has.get()) && !downgrade && !isUpgrade(wanted, has.get())) {
            return;
        }
        if (has.isPresent() && wanted.sameNumbers(has.get())) {
            add(
                    Severity.HARMLESS,
                    "version",
                    donor.versionText(),
                    wanted.text(),
                    "Builds of one release by two packagers. MySQL before 8.0.26 refuses if the texts differ.");
            return;
        }
        if (has.isPresent() && isUpgrade(wanted, has.get())) {
            String advice = upgrade.get().advice(has.get(), wanted);
            add(Severity.HARMLESS, Compatibility.UPGRADE, donor.versionText(), wanted.text(), advice);
            mismatches.addAll(upgrade.get().findings());
            return;
        }
        add(Severity.FATAL, "version", donor.versionText(), wanted.text(), versionAdvice(wanted, has));
    }

    private boolean isUpgrade(ServerVersion wanted, ServerVersion has) {
        return upgrade.isPresent() && wanted.mayUpgradeFrom(has);
    }

    private String versionAdvice(ServerVersion wanted, Optional<ServerVersion> has) {
        if (has.isEmpty()) {
            return "The donor's version cannot be parsed.";
        }
        if (wanted.number() < has.get().number()) {
            return upgrade.isPresent()
                    ? "An upgrade never leads to an older version: use a target of "
                            + has.get().text() + " or newer."
                    : "No mysqld opens the data of a newer one: use a target of series "
                            + has.get().series() + '.';
        }
        if (wanted.mayUpgradeFrom(has.get())) {
            return "MySQL upgrades such a data directory in place, though it does not clone from it: --upgrade.";
        }
        if (wanted.isNextStepFrom(has.get())) {
            return "A mysqld of this version does not recover the redo log of a clone of such an old donor. Start the clone"
                    + " with the donor's version, shut it down with innodb_fast_shutdown=0, and upgrade it then.";
        }
        if (upgrade.isPresent()) {
            return "MySQL upgrades within a series, to the next long-term series (8.0 to 8.4, 8.4 to 9.7), and to the"
                    + " innovation releases before that: upgrade the clone in more steps.";
        }
        return "Clone to a target of series " + has.get().series()
                + " (8.0 before 8.0.37: of exactly the same version), and upgrade it afterwards.";
    }

    private void setting(String name, Optional<String> wanted, String subject) {
        if (wanted.isEmpty()) {
            notChecked.add(subject + " (give --mysqld)");
            return;
        }
        String has = donor.settings().getOrDefault(name, "");
        if (!has.equals(wanted.get())) {
            add(
                    Severity.FATAL,
                    subject,
                    has.isEmpty() ? "unknown" : has,
                    wanted.get(),
                    "InnoDB's files are not portable between these.");
        }
    }

    private void plugins() {
        if (target.pluginFiles().isEmpty()) {
            notChecked.add("plugins (tell --plugin-dir)");
            return;
        }
        Set<String> files = target.pluginFiles().get();
        boolean anyLibrary = false;
        for (Map.Entry<String, String> plugin : donor.plugins().entrySet()) {
            String library = plugin.getValue();
            anyLibrary |= !library.isEmpty();
            if (!library.isEmpty() && !(LIBRARY.matcher(library).matches() && files.contains(library))) {
                add(
                        Severity.FATAL,
                        "plugin " + plugin.getKey(),
                        library,
                        "has no such file",
                        "Install the plugin's package on the target, or UNINSTALL PLUGIN " + plugin.getKey()
                                + " on the donor.");
            }
        }
        if (!anyLibrary) {
            notChecked.add("plugins (this donor does not report their files)");
        }
    }

    private void collations() {
        Optional<Set<String>> known = target.version().flatMap(Collations::of);
        if (target.version().isEmpty()) {
            notChecked.add("collations (give --target-version or --mysqld)");
            return;
        }
        if (known.isEmpty()) {
            notChecked.add("collations (unknown for " + target.version().get().text() + ')');
            return;
        }
        if (donor.collations().isEmpty()) { // as of a clone that another process began
            notChecked.add("collations (this donor does not report them)");
            return;
        }
        List<String> missing = donor.collations().stream()
                .filter(name -> !known.get().contains(name) && !known.get().contains(newName(name)))
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            String names = missing.stream().limit(MOST_NAMES).collect(joining(", "));
            String more = missing.size() > MOST_NAMES ? " and " + (missing.size() - MOST_NAMES) + " more" : "";
            add(
                    Severity.FATAL,
                    "collations",
                    names + more,
                    "does not have them",
                    "Tables that use them cannot be opened: install them on the target (character_sets_dir).");
        }
    }

    /** Before 8.0.30 the collations of utf8mb3 have the prefix utf8_. */
    private static String newName(String collation) {
        return collation.startsWith("utf8_") ? "utf8mb3_" + collation.substring("utf8_".length()) : collation;
    }

    private void add(Severity severity, String subject, String has, String wanted, String advice) {
        mismatches.add(new Mismatch(severity, subject, has, wanted, advice));
    }
}

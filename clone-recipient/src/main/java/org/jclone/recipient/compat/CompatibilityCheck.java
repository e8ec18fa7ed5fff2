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
 * Compares a donor with what is known of the target, as MySQL's own recipient does, and finds everything at once.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md, section 6.3.
 */
final class CompatibilityCheck {

    /** A shared library's name; a donor may send anything. */
    private static final Pattern LIBRARY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}");

    private static final int MOST_NAMES = 5;

    private final DonorFacts donor;
    private final TargetFacts target;
    private final List<Mismatch> mismatches = new ArrayList<>();
    private final List<String> notChecked = new ArrayList<>();

    private CompatibilityCheck(DonorFacts donor, TargetFacts target) {
        this.donor = donor;
        this.target = target;
    }

    static Compatibility run(DonorFacts donor, TargetFacts target) {
        CompatibilityCheck check = new CompatibilityCheck(donor, target);
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
            notChecked.add("version (tell --target-version or --mysqld)");
            return;
        }
        ServerVersion wanted = target.version().get();
        Optional<ServerVersion> has = donor.version();
        if (has.isPresent() && wanted.mayCloneFrom(has.get())) {
            return;
        }
        if (has.isPresent() && wanted.sameNumbers(has.get())) {
            add(
                    Severity.HARMLESS,
                    "version",
                    donor.versionText(),
                    wanted.text(),
                    "The same release of two packagers; MySQL before 8.0.26 itself refuses where the texts differ.");
            return;
        }
        add(Severity.FATAL, "version", donor.versionText(), wanted.text(), versionAdvice(wanted, has));
    }

    private static String versionAdvice(ServerVersion wanted, Optional<ServerVersion> has) {
        if (has.isEmpty()) {
            return "The donor's version cannot be understood.";
        }
        if (wanted.number() < has.get().number()) {
            return "No mysqld opens the data of a newer one: use a target of series "
                    + has.get().series() + '.';
        }
        return "Clone to a target of series " + has.get().series()
                + " (8.0 before 8.0.37: of the very same version), and upgrade that one afterwards.";
    }

    private void setting(String name, Optional<String> wanted, String subject) {
        if (wanted.isEmpty()) {
            notChecked.add(subject + " (tell --mysqld)");
            return;
        }
        String has = donor.settings().getOrDefault(name, "");
        if (!has.equals(wanted.get())) {
            add(
                    Severity.FATAL,
                    subject,
                    has.isEmpty() ? "unknown" : has,
                    wanted.get(),
                    "InnoDB's files are not made to move between these.");
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
            notChecked.add("plugins (this donor does not tell their files)");
        }
    }

    private void collations() {
        Optional<Set<String>> known = target.version().flatMap(Collations::of);
        if (target.version().isEmpty()) {
            notChecked.add("collations (tell --target-version or --mysqld)");
            return;
        }
        if (known.isEmpty()) {
            notChecked.add("collations (not known of " + target.version().get().text() + ')');
            return;
        }
        if (donor.collations().isEmpty()) { // as of a clone that another process began
            notChecked.add("collations (this donor does not tell them)");
            return;
        }
        List<String> missing = donor.collations().stream()
                .filter(name -> !known.get().contains(name))
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

    private void add(Severity severity, String subject, String has, String wanted, String advice) {
        mismatches.add(new Mismatch(severity, subject, has, wanted, advice));
    }
}

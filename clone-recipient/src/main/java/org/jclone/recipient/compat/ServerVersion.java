package org.jclone.recipient.compat;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's version, and MySQL's rules for cloning and upgrades between versions.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md, section 6.3.1; docs/protocol/02-innodb-clone-stream.md, sections 6.4 and
 * 6.5; the upgrade paths of MySQL's manual.
 *
 * @param text as the server shows it: {@code 9.7.4}, {@code 8.0.44-0ubuntu0.24.04.1}
 * @param lts whether the series is known to be long-term support
 */
record ServerVersion(String text, int major, int minor, int patch, boolean lts) {

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})(?!\\d)(-?.*)");

    /** Known long-term support series. A later one must be marked with the suffix {@code -lts}. */
    private static final Set<String> LTS_SERIES = Set.of("8.4", "9.7");

    private static final String LTS_SUFFIX = "-lts";

    /** Earlier versions require identical version texts. */
    private static final int NUMBERS_DECIDE = 26;

    /** From this version on, patch releases of 8.0 may differ. */
    private static final int PATCHES_MAY_DIFFER = 37;

    /** Parses a target's version. Long-term support is derived from the number. */
    static Optional<ServerVersion> ofTarget(String text) {
        return parse(text, false)
                .map(version -> new ServerVersion(
                        version.text,
                        version.major,
                        version.minor,
                        version.patch,
                        LTS_SERIES.contains(version.series())
                                || text.toLowerCase(Locale.ROOT).endsWith(LTS_SUFFIX)));
    }

    /**
     * Parses a donor's version.
     *
     * @param saysLts whether the donor declared long-term support, which only protocol V4 can do
     */
    static Optional<ServerVersion> ofDonor(String text, boolean saysLts) {
        return parse(text, saysLts);
    }

    private static Optional<ServerVersion> parse(String text, boolean lts) {
        Matcher numbers = NUMBERS.matcher(text);
        return numbers.matches()
                ? Optional.of(new ServerVersion(
                        text,
                        Integer.parseInt(numbers.group(1)),
                        Integer.parseInt(numbers.group(2)),
                        Integer.parseInt(numbers.group(3)),
                        lts))
                : Optional.empty();
    }

    String series() {
        return major + "." + minor;
    }

    /** Returns a comparable number: 90704 for 9.7.4. */
    int number() {
        return major * 10_000 + minor * 100 + patch;
    }

    /** Whether a {@code mysqld} of this version clones from {@code donor}. */
    boolean mayCloneFrom(ServerVersion donor) {
        if (text.equals(donor.text)) {
            return true;
        }
        if (major != donor.major) {
            return isNextLtsOf(donor);
        }
        if (minor != donor.minor) {
            return false;
        }
        boolean patchRule = series().equals("8.0");
        if (!patchRule) {
            return true;
        }
        if (patch < NUMBERS_DECIDE) {
            return false;
        }
        return patch == donor.patch || patch >= PATCHES_MAY_DIFFER && donor.patch >= PATCHES_MAY_DIFFER;
    }

    private boolean isNextLtsOf(ServerVersion donor) {
        int first = 90_700;
        return lts && donor.lts && number() >= first && donor.number() >= first && major == donor.major + 1;
    }

    /**
     * Whether a {@code mysqld} of this version upgrades a clone of {@code donor} at its first start: never to a lower version, and never across a long-term support series. The redo log of a clone is never empty, so this version must be able to recover its format.
     */
    boolean mayUpgradeFrom(ServerVersion donor) {
        return number() > donor.number() && isNextStepFrom(donor) && redoFormat() == donor.redoFormat();
    }

    /** Whether MySQL's upgrade paths lead from {@code donor} to this version in one step. */
    boolean isNextStepFrom(ServerVersion donor) {
        boolean past = LTS_SERIES.stream()
                .mapToInt(series -> ofTarget(series + ".0").orElseThrow().number() / 100)
                .anyMatch(lts -> donor.number() / 100 < lts && lts < number() / 100);
        return !past && (major == donor.major || major == donor.major + 1 && donor.isLongTerm());
    }

    private boolean isLongTerm() {
        return lts || LTS_SERIES.contains(series());
    }

    /** Returns the format of the redo log. A server recovers its own format only. */
    int redoFormat() {
        int number = number();
        if (number < 80_019) {
            return 3;
        }
        return number < 80_028 ? 4 : number < 80_030 ? 5 : 6;
    }

    /** Whether both are the same release from different packagers: only the suffixes differ. */
    boolean sameNumbers(ServerVersion other) {
        return number() == other.number();
    }
}

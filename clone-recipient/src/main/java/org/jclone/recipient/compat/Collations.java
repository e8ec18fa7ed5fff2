package org.jclone.recipient.compat;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * The built-in collations of a server. The list is from {@code information_schema.collations} of version 9.7.4; it is the same in every series since 8.4.
 */
final class Collations {

    private static final int FIRST_VERSION = 80_400;

    private static final int LAST_MAJOR = 9;

    private Collations() {}

    /** Returns the collations of a version; empty if unknown. */
    static Optional<Set<String>> of(ServerVersion version) {
        return version.number() < FIRST_VERSION || version.major() > LAST_MAJOR
                ? Optional.empty()
                : Optional.of(Names.ALL);
    }

    /** Loads the list on first use. */
    private static final class Names {

        private static final Set<String> ALL = read();

        private static Set<String> read() {
            try (InputStream in = Collations.class.getResourceAsStream("collations.txt")) {
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                        .lines()
                        .collect(toUnmodifiableSet());
            } catch (IOException e) {
                throw new IllegalStateException("collations.txt is not in the jar", e);
            }
        }
    }
}

package org.jclone.recipient.compat;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * The collations that a server has by itself. The list was read from {@code information_schema.collations} of a 9.7.4;
 * no series since 8.4 has others.
 */
final class Collations {

    private static final int FIRST_VERSION = 80_400;

    private static final int LAST_MAJOR = 9;

    private Collations() {}

    /** Empty for a version whose collations are not known here. */
    static Optional<Set<String>> of(ServerVersion version) {
        return version.number() < FIRST_VERSION || version.major() > LAST_MAJOR
                ? Optional.empty()
                : Optional.of(Names.ALL);
    }

    /** Read when first wanted. */
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

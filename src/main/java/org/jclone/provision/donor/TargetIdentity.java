package org.jclone.provision.donor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells which server a data directory belongs to. */
public final class TargetIdentity {

    /** MySQL writes two lines. */
    private static final int MOST_BYTES = 4096;

    private static final Pattern UUID = Pattern.compile("(?m)^\\s*server[-_]uuid\\s*=\\s*(\\S+)\\s*$");

    private TargetIdentity() {}

    /** {@return the {@code server_uuid} in {@code auto.cnf}; empty if there is none, or it cannot be read} */
    public static Optional<String> uuidOf(Path directory) {
        try (InputStream in = Files.newInputStream(directory.resolve("auto.cnf"))) {
            Matcher line = UUID.matcher(new String(in.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1));
            return line.find() ? Optional.of(line.group(1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // no server has run there
        }
    }
}

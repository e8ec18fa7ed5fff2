package org.jclone.cli.defaults;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Reads option files and the files that they include, and keeps the options of the wanted groups. Group names are
 * case-insensitive.
 */
final class OptionFileReader {

    /** Longer than any option file. A longer file is something else. */
    private static final int MAX_FILE_LENGTH = 1 << 20;

    /** The depth to which MySQL's clients follow includes. */
    private static final int MAX_DEPTH = 10;

    private static final String INCLUDE = "!include";
    private static final String INCLUDE_FOLDER = "!includedir";
    private static final String SUFFIX = ".cnf";

    private final Predicate<String> wanted;
    private final List<DefaultsEntry> entries;
    private final Consumer<String> warnings;
    private final Optional<Consumer<String>> faults;
    private final Set<String> seen = new HashSet<>();

    /** Where each group begins first, by its name as written. */
    private final Map<String, String> headers = new LinkedHashMap<>();

    /** @param groups in lower case */
    OptionFileReader(Set<String> groups, List<DefaultsEntry> entries, Consumer<String> warnings) {
        this(groups::contains, entries, warnings, Optional.empty());
    }

    /**
     * @param wanted tells whether a group, in lower case, is read
     * @param faults receives what breaks the rules, after which the next line is read; otherwise that is an exception
     */
    OptionFileReader(
            Predicate<String> wanted,
            List<DefaultsEntry> entries,
            Consumer<String> warnings,
            Optional<Consumer<String>> faults) {
        this.wanted = wanted;
        this.entries = entries;
        this.warnings = warnings;
        this.faults = faults;
    }

    Map<String, String> headers() {
        return headers;
    }

    private void fault(String message) throws DefaultsException {
        if (faults.isEmpty()) {
            throw new DefaultsException(message);
        }
        faults.get().accept(message);
    }

    /** Tells whether one of these groups, in lower case, was read, even if it was empty. */
    boolean hasSeen(Set<String> wanted) {
        return wanted.stream().anyMatch(seen::contains);
    }

    /** Reads a file that may be missing. */
    void readIfThere(Path file) throws DefaultsException {
        if (Files.isReadable(file)) {
            read(file, 0);
        }
    }

    /** Reads a file that must exist. */
    void read(Path file) throws DefaultsException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new DefaultsException("cannot read the option file " + file);
        }
        read(file, 0);
    }

    private void read(Path file, int depth) throws DefaultsException {
        if (isOpenToAll(file)) {
            warnings.accept("every user of this machine can write " + file + "; ignoring it");
            return;
        }
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_FILE_LENGTH + 1);
        } catch (IOException e) {
            throw new DefaultsException("cannot read the option file " + file);
        }
        if (content.length > MAX_FILE_LENGTH) {
            throw new DefaultsException("the option file " + file + " is longer than " + MAX_FILE_LENGTH + " bytes");
        }
        readText(new String(content, StandardCharsets.UTF_8), file, depth);
    }

    void readText(String text, Path file) throws DefaultsException {
        readText(text, file, 0);
    }

    private void readText(String text, Path file, int depth) throws DefaultsException {
        String group = null;
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = raw.strip();
            String origin = file + ", line " + number;
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (line.startsWith("!")) {
                include(line, origin, depth);
            } else if (line.startsWith("[")) {
                group = group(line, origin);
                seen.add(group.toLowerCase(Locale.ROOT));
                headers.putIfAbsent(group, origin);
            } else if (group == null) {
                fault("an option without a group before it in " + origin);
            } else if (wanted.test(group.toLowerCase(Locale.ROOT))) {
                OptionLine option = OptionLine.parse(line);
                entries.add(new DefaultsEntry(group, option.name(), option.value(), origin));
            }
        }
    }

    private String group(String line, String origin) throws DefaultsException {
        int close = line.indexOf(']');
        if (close < 0) {
            fault("a group without ] in " + origin);
            return line.substring(1).strip();
        }
        return line.substring(1, close).stripTrailing(); // MySQL keeps leading blanks, too
    }

    /** Skips other lines that begin with an exclamation mark, as MySQL's clients do. */
    private void include(String line, String origin, int depth) throws DefaultsException {
        String directive = line.split("\\s", 2)[0];
        if (!directive.equals(INCLUDE) && !directive.equals(INCLUDE_FOLDER)) {
            return;
        }
        String argument = line.substring(directive.length()).strip();
        if (argument.isEmpty()) {
            fault(directive + " without a path in " + origin);
            return;
        }
        if (depth >= MAX_DEPTH) {
            warnings.accept("option files include each other more than " + MAX_DEPTH + " deep; ignored: " + origin);
            return;
        }
        if (argument.indexOf('\0') >= 0) {
            fault(directive + " with a NUL in its path in " + origin);
            return;
        }
        Path path = Path.of(argument);
        if (directive.equals(INCLUDE)) {
            if (Files.isReadable(path)) {
                read(path, depth + 1);
            }
            return;
        }
        for (Path file : optionFilesIn(path, origin)) {
            read(file, depth + 1);
        }
    }

    private static List<Path> optionFilesIn(Path folder, String origin) throws DefaultsException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .filter(Files::isReadable)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DefaultsException("cannot list the folder that is included in " + origin);
        }
    }

    private static boolean isOpenToAll(Path file) {
        try {
            return Files.isRegularFile(file)
                    && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException | UnsupportedOperationException e) {
            // This file system cannot tell who else may write the file. Reading it reports any other problem.
            return false;
        }
    }
}

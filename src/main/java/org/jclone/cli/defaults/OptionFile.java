package org.jclone.cli.defaults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All groups of one option file and of the files that it includes.
 *
 * @param headers where each group begins, by its name as written; in the order of the file
 * @param entries of all groups
 * @param faults what breaks the rules, with file and line
 */
public record OptionFile(Map<String, String> headers, List<DefaultsEntry> entries, List<String> faults) {

    /** Reads a file to its end, whatever is wrong with it. */
    public static OptionFile read(Path file) {
        List<DefaultsEntry> entries = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        OptionFileReader reader = new OptionFileReader(group -> true, entries, faults::add, Optional.of(faults::add));
        try {
            reader.read(file);
        } catch (DefaultsException e) {
            faults.add(e.getMessage());
        }
        return new OptionFile(reader.headers(), entries, faults);
    }
}

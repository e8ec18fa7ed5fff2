package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server needs to run on the clone.
 *
 * @param fragment an option file: a group {@code [mysqld]} with the settings the server must have
 * @param settings the same settings, {@code name=value} each, without the explanations
 * @param directories the settings that name a directory other than the data directory, by variable name
 * @param file the file to which the fragment was written, if any
 * @param compatibility whether donor and target are compatible
 * @param carried what the clone contains of the donor's replication
 */
public record TargetConfiguration(
        String fragment,
        List<String> settings,
        Map<String, String> directories,
        Optional<Path> file,
        Compatibility compatibility,
        CarriedReplication carried) {

    public TargetConfiguration {
        settings = List.copyOf(settings);
        directories = Collections.unmodifiableMap(new LinkedHashMap<>(directories));
    }
}

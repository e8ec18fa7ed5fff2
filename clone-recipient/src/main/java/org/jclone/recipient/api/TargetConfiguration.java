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
 * @param directories those of the settings that name another directory than the data directory, by the variable's name
 * @param file where the fragment was written, if it was
 * @param compatibility how donor and target fit
 * @param carried what comes along of the donor's replication
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

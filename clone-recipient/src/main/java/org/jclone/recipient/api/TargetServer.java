package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is known of the server that is to run on the clone, and what to write for it.
 *
 * @param version as {@code --target-version} gives it: {@code 9.7.4}, or {@code 10.7.0-lts} for a series jclone does
 *     not know
 * @param mysqld the program, to be asked for its version
 * @param pluginDirectory its {@code plugin_dir}; only the names in it are looked at
 * @param upgrade whether that server may be newer than the donor, as far as it upgrades a data directory in place
 * @param forceIncompatible whether to clone where MySQL's own recipient would refuse
 * @param configFile where the settings go that the server must have
 * @param persistedVariables where the donor's persisted variables go, for review
 */
public record TargetServer(
        Optional<String> version,
        Optional<Path> mysqld,
        Optional<Path> pluginDirectory,
        boolean upgrade,
        boolean forceIncompatible,
        Optional<Path> configFile,
        Optional<Path> persistedVariables) {

    /** Nothing is known of it, and nothing is written. */
    public static final TargetServer UNKNOWN = new TargetServer(
            Optional.empty(), Optional.empty(), Optional.empty(), false, false, Optional.empty(), Optional.empty());

    public TargetServer {
        if (version.isPresent() && mysqld.isPresent()) {
            throw new IllegalArgumentException(
                    "target version and mysqld exclude each other: mysqld is asked for its own");
        }
        if (upgrade && version.isEmpty() && mysqld.isEmpty()) {
            throw new IllegalArgumentException("an upgrade needs the target's version: tell it, or its mysqld");
        }
    }

    /** What is known of it, to be compared; nothing is written. */
    public static TargetServer known(Optional<String> version, Optional<Path> mysqld, Optional<Path> pluginDirectory) {
        return new TargetServer(version, mysqld, pluginDirectory, false, false, Optional.empty(), Optional.empty());
    }

    /** The same, with MySQL's rule for an upgrade in place instead of its rule for clones, if {@code wanted}. */
    public TargetServer withUpgrade(boolean wanted) {
        return new TargetServer(
                version, mysqld, pluginDirectory, wanted, forceIncompatible, configFile, persistedVariables);
    }

    /** The same, with what is to be done about it and written for it. */
    public TargetServer forClone(boolean force, Optional<Path> settings, Optional<Path> persisted) {
        return new TargetServer(version, mysqld, pluginDirectory, upgrade, force, settings, persisted);
    }
}

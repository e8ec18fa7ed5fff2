package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is known about the server that will run on the clone, and what to write for it.
 *
 * @param version as {@code --target-version} gives it: {@code 9.7.4}, or {@code 10.7.0-lts} for a series that jclone does not know
 * @param mysqld the executable, which is asked for its version
 * @param pluginDirectory its {@code plugin_dir}; only the file names in it are used
 * @param upgrade whether that server may be newer than the donor, within what an in-place upgrade supports
 * @param forceIncompatible whether to clone where MySQL's own recipient would refuse
 * @param configFile where to write the settings that the server must have
 * @param persistedVariables where to write the donor's persisted variables, for review
 */
public record TargetServer(
        Optional<String> version,
        Optional<Path> mysqld,
        Optional<Path> pluginDirectory,
        boolean upgrade,
        boolean forceIncompatible,
        Optional<Path> configFile,
        Optional<Path> persistedVariables) {

    /** Nothing is known about it, and nothing is written. */
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

    /**
     * {@return the server to compare with; nothing is written}
     *
     * @param version its version
     * @param mysqld its executable
     * @param pluginDirectory its {@code plugin_dir}
     */
    public static TargetServer known(Optional<String> version, Optional<Path> mysqld, Optional<Path> pluginDirectory) {
        return new TargetServer(version, mysqld, pluginDirectory, false, false, Optional.empty(), Optional.empty());
    }

    /**
     * {@return a copy that, if {@code wanted}, applies MySQL's rule for an in-place upgrade instead of its rule for clones}
     *
     * @param wanted whether it may be newer
     */
    public TargetServer withUpgrade(boolean wanted) {
        return new TargetServer(
                version, mysqld, pluginDirectory, wanted, forceIncompatible, configFile, persistedVariables);
    }

    /**
     * {@return a copy with what to do about a mismatch and what to write}
     *
     * @param force whether to clone though MySQL's own recipient would refuse
     * @param settings where to write the settings
     * @param persisted where to write the persisted variables
     */
    public TargetServer forClone(boolean force, Optional<Path> settings, Optional<Path> persisted) {
        return new TargetServer(version, mysqld, pluginDirectory, upgrade, force, settings, persisted);
    }
}

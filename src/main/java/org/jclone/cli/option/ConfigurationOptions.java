package org.jclone.cli.option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jclone.recipient.api.TargetServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Files for the server on the clone. */
@Command(optionListHeading = "Settings for the clone")
public final class ConfigurationOptions {

    @Option(
            names = "--config-file",
            paramLabel = "FILE",
            description =
                    "Write the settings that the server on the clone must have to this option file. The default is"
                            + " DIR.cnf, next to the new data directory, if jclone can write it.")
    private Path configFile;

    @Option(
            names = "--persisted-variables",
            paramLabel = "FILE",
            description =
                    "Write the donor's persisted variables to this file, for review; a clone does not contain them.")
    private Path persistedVariables;

    @Option(
            names = "--force-incompatible",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description =
                    "Clone even if MySQL would refuse because donor and target are incompatible. The server may not"
                            + " start on the result.")
    private Switch forceIncompatible = Switch.OFF;

    /** @param directory the new data directory */
    public TargetServer addTo(TargetServer server, Path directory) {
        Optional<Path> file =
                configFile == null ? beside(directory.toAbsolutePath().normalize()) : Optional.of(configFile);
        return server.forClone(forceIncompatible.isOn(), file, Optional.ofNullable(persistedVariables));
    }

    private static Optional<Path> beside(Path directory) {
        Path parent = directory.getParent();
        boolean writable = parent != null && Files.isWritable(parent) && directory.getFileName() != null;
        return writable ? Optional.of(parent.resolve(directory.getFileName() + ".cnf")) : Optional.empty();
    }
}

package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import org.jclone.recipient.api.TargetServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Which server is to run on the clone. */
@Command(optionListHeading = "Compatibility")
public final class CompatibilityOptions {

    @Option(
            names = "--target-version",
            paramLabel = "VERSION",
            description =
                    "Version of the mysqld that is to run on the clone, such as 9.7.4; MySQL's rules decide whether it"
                            + " may clone from this donor. Add -lts to a version of a long-term series after 9.7.")
    private String targetVersion;

    @Option(
            names = "--mysqld",
            paramLabel = "FILE",
            description =
                    "The mysqld that is to run on the clone. It is asked for its version, operating system, machine and"
                            + " plugin directory; no server is started.")
    private Path mysqld;

    @Option(
            names = "--plugin-dir",
            paramLabel = "DIR",
            description = "Plugin directory of that mysqld. Names are looked at, nothing is loaded.")
    private Path pluginDirectory;

    /** @throws UsageException if options exclude each other */
    public TargetServer targetServer() throws UsageException {
        if (targetVersion != null && mysqld != null) {
            throw new UsageException("--target-version and --mysqld exclude each other");
        }
        return TargetServer.known(
                Optional.ofNullable(targetVersion), Optional.ofNullable(mysqld), Optional.ofNullable(pluginDirectory));
    }
}

package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import org.jclone.recipient.api.TargetServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The server that will run on the clone. */
@Command(optionListHeading = "Compatibility")
public final class CompatibilityOptions {

    @Option(
            names = "--target-version",
            paramLabel = "VERSION",
            description =
                    "Version of the mysqld that will run on the clone, such as 9.7.4; MySQL's rules decide whether"
                            + " it may clone from this donor. Add -lts to a version of a long-term series after 9.7.")
    private String targetVersion;

    @Option(
            names = "--mysqld",
            paramLabel = "FILE",
            description = "The mysqld that will run on the clone. jclone asks it for its version, operating system,"
                    + " machine and plugin directory; no server is started.")
    private Path mysqld;

    @Option(
            names = "--plugin-dir",
            paramLabel = "DIR",
            description = "Plugin directory of that mysqld. jclone looks at file names and loads nothing.")
    private Path pluginDirectory;

    @Option(
            names = "--upgrade",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description = "Allow a mysqld newer than the donor, if MySQL can upgrade the data directory in place: its"
                    + " first start upgrades the clone, which cannot be undone. Needs --target-version or --mysqld.")
    private Switch upgrade = Switch.OFF;

    /** @throws UsageException if options exclude or require each other */
    public TargetServer targetServer() throws UsageException {
        if (targetVersion != null && mysqld != null) {
            throw new UsageException("--target-version and --mysqld exclude each other");
        }
        if (upgrade.isOn() && targetVersion == null && mysqld == null) {
            throw new UsageException(
                    "--upgrade needs --target-version or --mysqld: the server that will upgrade the clone");
        }
        return TargetServer.known(
                        Optional.ofNullable(targetVersion),
                        Optional.ofNullable(mysqld),
                        Optional.ofNullable(pluginDirectory))
                .withUpgrade(upgrade.isOn());
    }
}

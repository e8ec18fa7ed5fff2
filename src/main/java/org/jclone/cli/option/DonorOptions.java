package org.jclone.cli.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.api.DonorProfile;
import org.jclone.donor.api.ListenAddress;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.FaultSyntaxException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.FileReason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A donor's data, address and account, and its limits. */
@Command(optionListHeading = "Data and recipients")
public final class DonorOptions {

    private static final int MIB = 1 << 20;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            required = true,
            description = "The data directory of a server that was shut down cleanly, or a clone on which no server was"
                    + " started yet. Nothing in it is changed.")
    private Path dataDirectory;

    @Option(
            names = "--directories",
            paramLabel = "DIR[;DIR]",
            split = ";",
            description = "Other directories with tablespaces or the redo log: the values of innodb_directories,"
                    + " innodb_undo_directory, innodb_data_home_dir and innodb_log_group_home_dir. A mysqld puts"
                    + " tablespaces of tables at the same absolute paths; jclone puts them into its target.")
    private List<Path> directories = List.of();

    @Option(
            names = "--allow-incomplete",
            description = "Serve a directory that lacks tablespaces named by its data dictionary.")
    private boolean allowIncomplete;

    @Option(
            names = "--keyring-file",
            paramLabel = "FILE",
            description = "Keyring of component_keyring_file of the data's server, if tablespaces are encrypted. Such"
                    + " data is sent over TLS only.")
    private Path keyringFile;

    @Option(
            names = "--listen",
            paramLabel = "HOST[:PORT]",
            converter = ConnectionOptions.DonorConverter.class,
            description =
                    "Address to listen on. Other machines can reach the donor only if it is not a loopback address.")
    private DonorAddress listen = DonorAddress.parse("127.0.0.1:3306");

    @Option(
            names = {"--user", "-u"},
            paramLabel = "USER",
            required = true,
            description = "Account that recipients log in with. It exists in this donor only, and has the BACKUP_ADMIN"
                    + " privilege.")
    private String user;

    @Mixin
    private PasswordOptions password;

    @Option(
            names = "--max-recipients",
            paramLabel = "N",
            description = "Maximum number of recipients at the same time.")
    @Range(min = 1, max = 1000)
    private int maxRecipients = 16;

    @Option(
            names = "--max-bandwidth",
            paramLabel = "MIB",
            description = "Maximum MiB per second of file contents, for all recipients together; 0 is no limit.")
    @Range(min = 0, max = 1048576)
    private long maxBandwidth;

    @Option(
            names = "--timeout-after-network-failure",
            paramLabel = "MINUTES",
            description = "How long a recipient can resume after its connections broke.")
    @Range(min = 0, max = 30)
    private int reconnectMinutes = 5;

    @Option(
            names = "--stop-timeout",
            paramLabel = "SECONDS",
            description = "How long running clones may continue after Ctrl-C or SIGTERM; no new clone begins.")
    @Range(min = 0, max = 86400)
    private int stopSeconds;

    @Option(
            names = "--faults",
            paramLabel = "FILE",
            description = "Inject the faults of this script, to test recipients; docs/donor.md describes its language.")
    private Path faults;

    @Option(
            names = "--server-version",
            paramLabel = "VERSION",
            description =
                    "MySQL version that the donor reports; a mysqld refuses versions of another series. The default"
                            + " is the version in the data dictionary.")
    private String serverVersion;

    @Option(
            names = "--character-set-server",
            paramLabel = "NAME",
            description = "Value that the donor reports; a mysqld with another setting refuses to clone.")
    private String characterSet = "utf8mb4";

    @Option(
            names = "--collation-server",
            paramLabel = "NAME",
            description = "Value that the donor reports; a mysqld with another setting refuses to clone.")
    private String collation = "utf8mb4_0900_ai_ci";

    public Path dataDirectory() {
        return dataDirectory;
    }

    public List<Path> directories() {
        return directories;
    }

    public boolean allowIncomplete() {
        return allowIncomplete;
    }

    public Optional<Path> keyringFile() {
        return Optional.ofNullable(keyringFile);
    }

    public String user() {
        return user;
    }

    public PasswordOptions password() {
        return password;
    }

    public Duration stopTimeout() {
        return Duration.ofSeconds(stopSeconds);
    }

    public ListenAddress listen() {
        return new ListenAddress(listen.host(), listen.port());
    }

    public CloneLimits limits() {
        return CloneLimits.MYSQL
                .withMaxClones(maxRecipients)
                .withResumeWindow(Duration.ofMinutes(reconnectMinutes))
                .withMaxBytesPerSecond(maxBandwidth * MIB);
    }

    /** @param dictionaryVersion version of the server that wrote the data directory */
    public DonorProfile profile(String dictionaryVersion) {
        return DonorProfile.ofVersion(serverVersion == null ? dictionaryVersion : serverVersion)
                .withVariable("character_set_server", characterSet)
                .withVariable("collation_server", collation);
    }

    /** @throws UsageException if the fault script cannot be read */
    public FaultScript faults() throws UsageException {
        if (faults == null) {
            return FaultScript.NONE;
        }
        try {
            return FaultScript.parse(Files.readString(faults));
        } catch (FaultSyntaxException e) {
            throw new UsageException("--faults: " + faults + ": " + e.getMessage());
        } catch (IOException e) {
            throw new UsageException("--faults: cannot read " + faults + ": " + FileReason.of(e));
        }
    }
}

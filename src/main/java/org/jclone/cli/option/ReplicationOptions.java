package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.api.ReplicationSettings;
import org.jclone.provision.api.SourceChoice;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.TlsSettings;
import picocli.CommandLine.Option;

/** Which source the new server replicates from, and through which channels. */
final class ReplicationOptions {

    @Option(
            names = "--source",
            paramLabel = "HOST[:PORT]|DONOR|DONORS-SOURCE|ANY",
            description =
                    "The server to replicate from. The default is DONOR. DONORS-SOURCE makes a sibling of the donor; ANY is"
                            + " the donor's source if it has one, then the donor. Given several times, the first that has what"
                            + " the clone lacks is taken, and another one if it purges its binary logs before the channel"
                            + " starts. With --join-group it is where to look for a member of the group.")
    private List<String> sources = new ArrayList<>();

    @Option(
            names = "--replication-user",
            paramLabel = "USER",
            description =
                    "Account on the source that the channel logs in with; it needs REPLICATION SLAVE, and REPLICATION"
                            + " CLIENT for replication by position. jclone also queries the source with it. Required unless"
                            + " --channels is given; with --channels=KEEP it is for channels without a stored password, and"
                            + " for questions to the sources before the copy.")
    private String user = "";

    @Option(
            names = "--channels",
            paramLabel = "REPLACE|KEEP|REMOVE",
            converter = ChannelsConverter.class,
            description =
                    "What happens to the donor's own channels. REPLACE removes them and sets up a new one. KEEP continues"
                            + " them, so that the new server replicates as the donor does. REMOVE makes a copy that does not"
                            + " replicate.")
    private ReplicationSettings.Channels channels = ReplicationSettings.Channels.REPLACE;

    @Option(
            names = "--writable",
            description = "With --channels=REMOVE: let the new server accept writes. Without it it is read-only.")
    private boolean writable;

    @Option(
            names = "--replication-password-file",
            paramLabel = "FILE",
            description = "File whose first line is that account's password, at most 32 characters.")
    private Path passwordFile;

    @Option(
            names = "--replication-password-fd",
            paramLabel = "N",
            description = "Open file descriptor, such as a pipe, whose first line is that account's password.")
    @Range(min = 0, max = 65535)
    private Integer passwordFd;

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            description = "Name of the replication channel. Without it the default channel is used.")
    private String channel = "";

    @Option(
            names = "--position",
            paramLabel = "AUTO|GTID|POSITION",
            converter = MethodConverter.class,
            description =
                    "How the channel finds its position. AUTO uses GTID if the source has gtid_mode=ON, and file and"
                            + " position otherwise; POSITION needs the donor as source.")
    private ReplicationSettings.Method method = ReplicationSettings.Method.AUTO;

    @Option(
            names = "--report-host",
            paramLabel = "HOST",
            description =
                    "The name under which other servers reach the new one: report_host. Without it the setting is left"
                            + " as it is.")
    private String reportHost;

    Optional<Path> passwordFile() {
        return Optional.ofNullable(passwordFile);
    }

    Optional<Integer> passwordFd() {
        return Optional.ofNullable(passwordFd);
    }

    /** @throws IllegalArgumentException if a value is not possible */
    ReplicationSettings settings(Password password, TlsSettings tls) {
        return new ReplicationSettings(
                SourceChoice.parse(sources),
                channels,
                user,
                password,
                channel,
                method,
                tls,
                Optional.ofNullable(reportHost),
                writable);
    }

    /** Converts values of {@code --channels}. */
    static final class ChannelsConverter extends ConstantConverter<ReplicationSettings.Channels> {

        ChannelsConverter() {
            super(ReplicationSettings.Channels.class);
        }
    }

    /** Converts values of {@code --position}. */
    static final class MethodConverter extends ConstantConverter<ReplicationSettings.Method> {

        MethodConverter() {
            super(ReplicationSettings.Method.class);
        }
    }
}

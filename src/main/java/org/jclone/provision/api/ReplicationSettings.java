package org.jclone.provision.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.TlsSettings;

/**
 * How the new server replicates.
 *
 * @param source the server to replicate from; by default the donor
 * @param channels what happens to the donor's own channels
 * @param user an account of the source with {@code REPLICATION SLAVE}; can be empty unless a new channel is set up
 * @param password of that account; wiped at the end of the run
 * @param channel name of the channel; empty for the default channel
 * @param method how the channel finds its position
 * @param tls how the channel, and the questions to the source, are protected
 * @param reportHost the name under which other servers reach the new one
 * @param writable whether a server without a channel accepts writes
 */
public record ReplicationSettings(
        SourceChoice source,
        Channels channels,
        String user,
        Password password,
        String channel,
        Method method,
        TlsSettings tls,
        Optional<String> reportHost,
        boolean writable) {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:-]{1,255}");

    /** The limit of {@code SOURCE_PASSWORD}. */
    private static final int MAX_PASSWORD_CHARACTERS = 32;

    private static final int MAX_CHANNEL_CHARACTERS = 64;

    /** What happens to the donor's own channels, those of a group excepted. */
    public enum Channels {
        /** They are removed, and a new one is set up. */
        REPLACE,
        /** They continue on the new server, which becomes a sibling of the donor. */
        KEEP,
        /** They are removed, and the new server does not replicate. */
        REMOVE
    }

    /** How a channel finds its position. */
    public enum Method {
        /** By GTID if the source has {@code gtid_mode=ON}, otherwise by file and position. */
        AUTO,
        /** By GTID. */
        GTID,
        /** By file and position in the donor's binary log. */
        POSITION
    }

    public ReplicationSettings {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(tls, "tls");
        if (reportHost.filter(host -> !HOST.matcher(host).matches()).isPresent()) {
            throw new IllegalArgumentException("report host: a name or an address is expected");
        }
        Objects.requireNonNull(channels, "channels");
        Objects.requireNonNull(user, "user");
        if (user.isEmpty() && channels == Channels.REPLACE) {
            throw new IllegalArgumentException(
                    "--replication-user is missing: the channel logs in to the source with it");
        }
        if (channels != Channels.REPLACE && (source.isPresent() || !channel.isEmpty() || method != Method.AUTO)) {
            throw new IllegalArgumentException(
                    "--source, --channel and --position belong to a new channel, and --channels=" + channels
                            + " sets up none");
        }
        if (writable && channels != Channels.REMOVE) {
            throw new IllegalArgumentException(
                    "--writable needs --channels=REMOVE: a replica that accepts writes diverges");
        }
        if (channel.length() > MAX_CHANNEL_CHARACTERS || channel.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("channel: a name of at most 64 characters is expected");
        }
        if (isTooLong(password)) {
            throw new IllegalArgumentException("the password of the replication account has more than "
                    + MAX_PASSWORD_CHARACTERS + " characters, which MySQL does not store for a channel");
        }
    }

    /** {@return whether this run sets up a channel of its own} */
    public boolean hasNewChannel() {
        return channels == Channels.REPLACE;
    }

    private static boolean isTooLong(Password password) {
        byte[] utf8 = password.toUtf8();
        try {
            return new String(utf8, StandardCharsets.UTF_8).length() > MAX_PASSWORD_CHARACTERS;
        } finally {
            Arrays.fill(utf8, (byte) 0);
        }
    }
}

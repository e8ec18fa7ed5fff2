package org.jclone.donor.api;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.source.DataSource;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.compress.CompressionAlgorithm;

/** What a donor serves, to whom, and how. Immutable; {@link Builder#build()} checks everything. */
public final class DonorConfig {

    private final Builder settings;
    private final Optional<TlsIdentity> shown;

    private DonorConfig(Builder settings) {
        this.settings = settings;
        shown = settings.tls.map(
                identity -> settings.faults.certificate().map(identity::faulty).orElse(identity));
    }

    /** @param source stays the caller's to close, after the donor */
    public static Builder builder(DataSource source) {
        return new Builder(source);
    }

    public DataSource source() {
        return settings.source;
    }

    /** Address to listen on. */
    public String host() {
        return settings.host;
    }

    /** Port to listen on; 0 for any free one. */
    public int port() {
        return settings.port;
    }

    public List<Account> accounts() {
        return settings.accounts;
    }

    /** The plugin named in the greeting. */
    public AuthPlugin defaultPlugin() {
        return settings.defaultPlugin;
    }

    /** What TLS clients see: what was given, or what the script of faults makes of it. Empty if TLS is not offered. */
    public Optional<TlsIdentity> tls() {
        return shown;
    }

    /** Who has signed the certificates that clients have to show; empty if they need none. */
    public List<X509Certificate> clientAuthorities() {
        return settings.clientAuthorities;
    }

    /** Whether clients without TLS are refused: those who have to show a certificate could leave it out otherwise. */
    public boolean requireSecureTransport() {
        return settings.requireSecureTransport || !settings.clientAuthorities.isEmpty();
    }

    /** What clients may choose of; a connection without compression is always possible. */
    public List<CompressionAlgorithm> compression() {
        return settings.compression;
    }

    /** Whether the clone plugin is there. */
    public boolean clonePlugin() {
        return settings.clonePlugin;
    }

    public DonorProfile profile() {
        return settings.profile;
    }

    public CloneLimits limits() {
        return settings.limits;
    }

    public FaultScript faults() {
        return settings.faults;
    }

    public DonorListener listener() {
        return settings.listener;
    }

    /** What all clones together may send; 0 for no limit. */
    public long maxBytesPerSecond() {
        return settings.maxBytesPerSecond;
    }

    /** Id of the first clone. */
    public long firstCloneId() {
        return settings.firstCloneId;
    }

    /** Whether nobody can guess the id of another's snapshot, which is what a command that acts on a clone names. */
    public boolean secretSnapshotIds() {
        return settings.secretSnapshotIds;
    }

    /** Collects the settings. Everything but accounts has a default. */
    public static final class Builder {

        private static final int MAX_PORT = 0xffff;

        private final DataSource source;
        private String host = "127.0.0.1";
        private int port;
        private List<Account> accounts = new ArrayList<>();
        private AuthPlugin defaultPlugin = AuthPlugin.CACHING_SHA2_PASSWORD;
        private Optional<TlsIdentity> tls = Optional.empty();
        private List<X509Certificate> clientAuthorities = List.of();
        private boolean requireSecureTransport;
        private List<CompressionAlgorithm> compression = List.of(CompressionAlgorithm.ZLIB, CompressionAlgorithm.ZSTD);
        private boolean clonePlugin = true;
        private DonorProfile profile = DonorProfile.mysql97();
        private CloneLimits limits = CloneLimits.MYSQL;
        private FaultScript faults = FaultScript.NONE;
        private DonorListener listener = DonorListener.NONE;
        private long maxBytesPerSecond;
        private long firstCloneId = 1;
        private boolean secretSnapshotIds;

        private Builder(DataSource source) {
            this.source = Objects.requireNonNull(source, "source");
        }

        private Builder(Builder that) {
            source = that.source;
            host = that.host;
            port = that.port;
            accounts = List.copyOf(that.accounts);
            defaultPlugin = that.defaultPlugin;
            tls = that.tls;
            clientAuthorities = that.clientAuthorities;
            requireSecureTransport = that.requireSecureTransport;
            compression = that.compression;
            clonePlugin = that.clonePlugin;
            profile = that.profile;
            limits = that.limits;
            faults = that.faults;
            listener = that.listener;
            maxBytesPerSecond = that.maxBytesPerSecond;
            firstCloneId = that.firstCloneId;
            secretSnapshotIds = that.secretSnapshotIds;
        }

        public Builder host(String value) {
            host = Objects.requireNonNull(value, "host");
            return this;
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        /** Adds an account. */
        public Builder account(Account value) {
            accounts.add(Objects.requireNonNull(value, "account"));
            return this;
        }

        public Builder defaultPlugin(AuthPlugin value) {
            defaultPlugin = Objects.requireNonNull(value, "defaultPlugin");
            return this;
        }

        /** Offers TLS. */
        public Builder tls(TlsIdentity value) {
            tls = Optional.of(value);
            return this;
        }

        /** Serves only clients that show a certificate signed by one of these, so over TLS only. */
        public Builder clientAuthorities(List<X509Certificate> value) {
            clientAuthorities = List.copyOf(value);
            return this;
        }

        public Builder requireSecureTransport(boolean value) {
            requireSecureTransport = value;
            return this;
        }

        public Builder compression(List<CompressionAlgorithm> value) {
            compression = List.copyOf(value);
            return this;
        }

        public Builder clonePlugin(boolean value) {
            clonePlugin = value;
            return this;
        }

        public Builder profile(DonorProfile value) {
            profile = Objects.requireNonNull(value, "profile");
            return this;
        }

        public Builder limits(CloneLimits value) {
            limits = Objects.requireNonNull(value, "limits");
            return this;
        }

        public Builder faults(FaultScript value) {
            faults = Objects.requireNonNull(value, "faults");
            return this;
        }

        public Builder listener(DonorListener value) {
            listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        public Builder maxBytesPerSecond(long value) {
            maxBytesPerSecond = value;
            return this;
        }

        /**
         * A MySQL server counts from 1. Whoever begins somewhere else keeps a recipient that comes back after a restart
         * of the donor from being taken for another.
         */
        public Builder firstCloneId(long value) {
            firstCloneId = value;
            return this;
        }

        /** A MySQL server counts them, together with clones. */
        public Builder secretSnapshotIds(boolean value) {
            secretSnapshotIds = value;
            return this;
        }

        /** @throws IllegalArgumentException naming the setting that is missing or out of range */
        public DonorConfig build() {
            require(port >= 0 && port <= MAX_PORT, "port: " + port + " (expected: 0 to " + MAX_PORT + ')');
            require(maxBytesPerSecond >= 0, "bytes per second: " + maxBytesPerSecond + " (expected: >= 0)");
            require(firstCloneId >= 1, "id of the first clone: " + firstCloneId + " (expected: >= 1)");
            require(!accounts.isEmpty(), "accounts: none, so nobody could log in");
            require(
                    accounts.stream().map(Account::user).distinct().count() == accounts.size(),
                    "accounts: two for one user");
            require(
                    defaultPlugin != AuthPlugin.MYSQL_CLEAR_PASSWORD,
                    "default plugin: " + defaultPlugin.pluginName() + " is for clients only");
            require(
                    clientAuthorities.isEmpty() || tls.isPresent(),
                    "certificates of clients are wanted and TLS not offered");
            require(!requireSecureTransport || tls.isPresent(), "secure transport is required and TLS not offered");
            require(
                    faults.certificate().isEmpty() || tls.isPresent(),
                    "a wrong certificate is wanted and TLS not offered");
            return new DonorConfig(new Builder(this));
        }

        private static void require(boolean condition, String message) {
            if (!condition) {
                throw new IllegalArgumentException(message);
            }
        }
    }
}

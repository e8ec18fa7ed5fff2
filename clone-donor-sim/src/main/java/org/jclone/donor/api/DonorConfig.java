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

/** The configuration of a donor. Immutable. {@link Builder#build()} checks all settings. */
public final class DonorConfig {

    private final Builder settings;
    private final Optional<TlsIdentity> shown;

    private DonorConfig(Builder settings) {
        this.settings = settings;
        shown = settings.tls.map(
                identity -> settings.faults.certificate().map(identity::faulty).orElse(identity));
    }

    /** @param source the caller closes it, after the donor */
    public static Builder builder(DataSource source) {
        return new Builder(source);
    }

    public DataSource source() {
        return settings.source;
    }

    /** Returns the address to listen on. */
    public String host() {
        return settings.host;
    }

    /** Returns the port to listen on; 0 for any free port. */
    public int port() {
        return settings.port;
    }

    public List<Account> accounts() {
        return settings.accounts;
    }

    /** Returns the plugin named in the greeting. */
    public AuthPlugin defaultPlugin() {
        return settings.defaultPlugin;
    }

    /** Returns the identity for TLS clients, possibly made faulty by the fault script; empty if TLS is not offered. */
    public Optional<TlsIdentity> tls() {
        return shown;
    }

    /** Returns the authorities of client certificates; empty if clients need no certificate. */
    public List<X509Certificate> clientAuthorities() {
        return settings.clientAuthorities;
    }

    /** Returns whether clients without TLS are refused. Otherwise clients could bypass the certificate check. */
    public boolean requireSecureTransport() {
        return settings.requireSecureTransport || !settings.clientAuthorities.isEmpty();
    }

    /** Returns the algorithms that clients may choose. An uncompressed connection is always possible. */
    public List<CompressionAlgorithm> compression() {
        return settings.compression;
    }

    /** Returns whether the clone plugin is installed. */
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

    /** Returns the bandwidth limit of all clones together; 0 for no limit. */
    public long maxBytesPerSecond() {
        return settings.maxBytesPerSecond;
    }

    /** Returns the id of the first clone. */
    public long firstCloneId() {
        return settings.firstCloneId;
    }

    /** Returns whether snapshot ids are unguessable. Commands for a clone must name its snapshot id. */
    public boolean secretSnapshotIds() {
        return settings.secretSnapshotIds;
    }

    /** Collects the settings. All except accounts have defaults. */
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

        /** Serves only clients with a certificate signed by one of these authorities, and therefore only over TLS. */
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
         * Sets the id of the first clone. A MySQL server counts from 1. Another start value prevents a recipient that
         * resumes after a restart of the donor from being mistaken for another.
         */
        public Builder firstCloneId(long value) {
            firstCloneId = value;
            return this;
        }

        /** Makes snapshot ids unguessable. A MySQL server takes them from the same counter as clone ids. */
        public Builder secretSnapshotIds(boolean value) {
            secretSnapshotIds = value;
            return this;
        }

        /** @throws IllegalArgumentException naming the missing or invalid setting */
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
                    "client certificates require TLS, which is not offered");
            require(!requireSecureTransport || tls.isPresent(), "secure transport requires TLS, which is not offered");
            require(
                    faults.certificate().isEmpty() || tls.isPresent(),
                    "a faulty certificate requires TLS, which is not offered");
            return new DonorConfig(new Builder(this));
        }

        private static void require(boolean condition, String message) {
            if (!condition) {
                throw new IllegalArgumentException(message);
            }
        }
    }
}

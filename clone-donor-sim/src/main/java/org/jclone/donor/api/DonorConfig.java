package org.jclone.donor.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.source.DataSource;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.compress.CompressionAlgorithm;

/**
 * The configuration of a donor. Immutable and validated.
 *
 * @param source the data; the caller closes it, after the donor
 * @param listen the address to listen on
 * @param accounts the accounts that can log in; at least one
 * @param defaultPlugin the plugin named in the greeting; caching_sha2_password by default
 * @param tls TLS; none by default. A fault script may make its certificate faulty
 * @param compression the algorithms that clients may choose, by default zlib and zstd; an uncompressed connection is always possible
 * @param clonePlugin whether the clone plugin is installed; by default it is
 * @param profile the server that the donor claims to be; MySQL 9.7 by default
 * @param limits limits and timeouts; those of a MySQL server by default
 * @param faults what goes wrong; nothing by default
 * @param listener receives events
 * @param firstCloneId id of the first clone, default 1 as in a MySQL server. Another start value prevents a recipient that resumes after a
 *     restart of the donor from being mistaken for another
 * @param secretSnapshotIds whether snapshot ids are unguessable; commands for a clone must name its snapshot id. A MySQL server takes them
 *     from the same counter as clone ids, which is the default
 */
public record DonorConfig(
        DataSource source,
        ListenAddress listen,
        List<Account> accounts,
        AuthPlugin defaultPlugin,
        DonorTls tls,
        List<CompressionAlgorithm> compression,
        boolean clonePlugin,
        DonorProfile profile,
        CloneLimits limits,
        FaultScript faults,
        DonorListener listener,
        long firstCloneId,
        boolean secretSnapshotIds) {

    public DonorConfig {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(listen, "listen");
        Objects.requireNonNull(profile, "profile");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(listener, "listener");
        accounts = List.copyOf(accounts);
        compression = List.copyOf(compression);
        require(firstCloneId >= 1, "id of the first clone: " + firstCloneId + " (expected: >= 1)");
        require(!accounts.isEmpty(), "accounts: none, so nobody could log in");
        require(
                accounts.stream().map(Account::user).distinct().count() == accounts.size(),
                "accounts: two for one user");
        require(
                defaultPlugin != AuthPlugin.MYSQL_CLEAR_PASSWORD,
                "default plugin: " + defaultPlugin.pluginName() + " is for clients only");
        if (faults.certificate().isPresent()) {
            require(tls.identity().isPresent(), "a faulty certificate requires TLS, which is not offered");
            TlsIdentity shown = tls.identity().get().faulty(faults.certificate().get());
            tls = new DonorTls(Optional.of(shown), tls.clientAuthorities(), tls.requireSecureTransport());
        }
    }

    /** @param source the caller closes it, after the donor */
    public static Builder builder(DataSource source) {
        return new Builder(source);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Collects the settings. All except accounts have defaults. */
    public static final class Builder {

        private final DataSource source;
        private ListenAddress listen = ListenAddress.DEFAULT;
        private final List<Account> accounts = new ArrayList<>();
        private AuthPlugin defaultPlugin = AuthPlugin.CACHING_SHA2_PASSWORD;
        private DonorTls tls = DonorTls.NONE;
        private List<CompressionAlgorithm> compression = List.of(CompressionAlgorithm.ZLIB, CompressionAlgorithm.ZSTD);
        private boolean clonePlugin = true;
        private DonorProfile profile = DonorProfile.mysql97();
        private CloneLimits limits = CloneLimits.MYSQL;
        private FaultScript faults = FaultScript.NONE;
        private DonorListener listener = DonorListener.NONE;
        private long firstCloneId = 1;
        private boolean secretSnapshotIds;

        private Builder(DataSource source) {
            this.source = source;
        }

        /** Sets the address to listen on; by default a free port of 127.0.0.1. */
        public Builder listen(ListenAddress value) {
            listen = value;
            return this;
        }

        /** Adds an account. */
        public Builder account(Account value) {
            accounts.add(value);
            return this;
        }

        /** Sets the plugin that the greeting names. */
        public Builder defaultPlugin(AuthPlugin value) {
            defaultPlugin = value;
            return this;
        }

        /** Offers TLS. */
        public Builder tls(TlsIdentity value) {
            return tls(DonorTls.of(value));
        }

        /** Sets TLS in all details. */
        public Builder tls(DonorTls value) {
            tls = value;
            return this;
        }

        /** Sets the algorithms that clients may choose. */
        public Builder compression(List<CompressionAlgorithm> value) {
            compression = value;
            return this;
        }

        /** Sets whether the clone plugin is installed. */
        public Builder clonePlugin(boolean value) {
            clonePlugin = value;
            return this;
        }

        /** Sets the server that the donor claims to be. */
        public Builder profile(DonorProfile value) {
            profile = value;
            return this;
        }

        /** Sets limits and timeouts. */
        public Builder limits(CloneLimits value) {
            limits = value;
            return this;
        }

        /** Sets what goes wrong. */
        public Builder faults(FaultScript value) {
            faults = value;
            return this;
        }

        /** Sets who receives the events. */
        public Builder listener(DonorListener value) {
            listener = value;
            return this;
        }

        /** Sets the id of the first clone. */
        public Builder firstCloneId(long value) {
            firstCloneId = value;
            return this;
        }

        /** Sets whether snapshot ids are unguessable. */
        public Builder secretSnapshotIds(boolean value) {
            secretSnapshotIds = value;
            return this;
        }

        /** @throws IllegalArgumentException naming the missing or invalid setting */
        public DonorConfig build() {
            return new DonorConfig(
                    source,
                    listen,
                    accounts,
                    defaultPlugin,
                    tls,
                    compression,
                    clonePlugin,
                    profile,
                    limits,
                    faults,
                    listener,
                    firstCloneId,
                    secretSnapshotIds);
        }
    }
}

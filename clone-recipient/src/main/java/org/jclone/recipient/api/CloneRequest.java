package org.jclone.recipient.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What to clone, from where, to where, and how. Immutable; {@link Builder#build()} checks everything. */
public final class CloneRequest {

    /** Default and range of {@code clone_max_concurrency}. */
    public static final int DEFAULT_MAX_CONCURRENCY = 16;

    public static final int MAX_CONCURRENCY_LIMIT = 128;

    /** Default and largest value of {@code clone_ddl_timeout}. */
    public static final Duration DEFAULT_DDL_TIMEOUT = Duration.ofMinutes(5);

    public static final Duration MAX_DDL_TIMEOUT = Duration.ofDays(30);

    private final Builder settings;

    private CloneRequest(Builder settings) {
        this.settings = settings;
    }

    public static Builder builder() {
        return new Builder();
    }

    public DonorAddress donor() {
        return settings.donor;
    }

    public String user() {
        return settings.user;
    }

    public Password password() {
        return settings.password;
    }

    /** The target data directory: absolute, normalised. */
    public Path directory() {
        return Objects.requireNonNull(settings.directory, "directory");
    }

    /** Whether there is a {@link #directory()}; only a request of {@link Builder#buildForCheck()} may have none. */
    public boolean hasDirectory() {
        return settings.directory != null;
    }

    /**
     * If nobody chose: {@link SslMode#VERIFY_IDENTITY} with an authority to verify with, else {@link SslMode#REQUIRED}, or
     * {@link SslMode#PREFERRED} where nothing leaves this machine. So clear text over a network is never a default.
     */
    public SslMode sslMode() {
        if (settings.sslMode != null) {
            return settings.sslMode;
        }
        if (settings.sslCa != null) {
            return SslMode.VERIFY_IDENTITY;
        }
        return settings.donor.isLoopback() ? SslMode.PREFERRED : SslMode.REQUIRED;
    }

    public TlsPolicy tlsPolicy() {
        return settings.tlsPolicy;
    }

    /** PEM file of the authorities to trust. */
    public Optional<Path> sslCa() {
        return Optional.ofNullable(settings.sslCa);
    }

    /** PEM file of our own certificate. */
    public Optional<Path> sslCert() {
        return Optional.ofNullable(settings.sslCert);
    }

    /** PEM file of the key to {@link #sslCert()}. */
    public Optional<Path> sslKey() {
        return Optional.ofNullable(settings.sslKey);
    }

    /** Of {@link #sslKey()}; empty if it is not encrypted. */
    public Password sslKeyPassword() {
        return settings.sslKeyPassword;
    }

    /** Whether to ask the donor for its RSA key and trust it, to send the password without TLS. */
    public boolean getServerPublicKey() {
        return settings.getServerPublicKey;
    }

    /** PEM file with the donor's RSA key, to send the password without TLS. */
    public Optional<Path> serverPublicKey() {
        return Optional.ofNullable(settings.serverPublicKey);
    }

    public int maxConcurrency() {
        return settings.maxConcurrency;
    }

    public boolean autotuneConcurrency() {
        return settings.autotuneConcurrency;
    }

    public BandwidthLimits bandwidthLimits() {
        return settings.bandwidthLimits;
    }

    public Compression compression() {
        return settings.compression;
    }

    /** Whether the donor shall hold its backup lock, so that no DDL runs meanwhile. */
    public boolean blockDdl() {
        return settings.blockDdl;
    }

    public Duration ddlTimeout() {
        return settings.ddlTimeout;
    }

    /** Time for TCP connect, greeting, TLS and login of one connection. */
    public Duration connectTimeout() {
        return settings.connectTimeout;
    }

    /** Longest silence of the donor before a connection counts as lost. */
    public Duration readTimeout() {
        return settings.readTimeout;
    }

    /** What to do with an unfinished clone in the target directory. */
    public ResumeMode resume() {
        return settings.resume;
    }

    /** Whether to keep the journal that makes the clone resumable after the death of this process. */
    public boolean journal() {
        return settings.journal;
    }

    /** How long to look for a way back when a connection broke; without it as long as the donor keeps its snapshot. */
    public Optional<Duration> reconnectTimeout() {
        return Optional.ofNullable(settings.reconnectTimeout);
    }

    /** Donor's directory to local directory, for tablespaces outside the donor's data directory. */
    public Map<String, Path> pathMappings() {
        return settings.pathMappings;
    }

    /** What becomes of the keys of an encrypted donor. */
    public EncryptionSettings encryption() {
        return settings.encryption;
    }

    /** Whether to bypass the page cache where the file system allows it. */
    public boolean directIo() {
        return settings.directIo;
    }

    /** What is known of the server that is to run on the clone. */
    public TargetServer targetServer() {
        return settings.targetServer;
    }

    /** Where the data directory will be when everything is over: {@link #directory()}, unless it moves there later. */
    public Path finalDirectory() {
        return settings.finalDirectory == null ? settings.directory : settings.finalDirectory;
    }

    /** What becomes of what is in the directory already. */
    public Replacement replacement() {
        return settings.replacement;
    }

    /** The same request for another directory, whose own contents are no longer anybody's business. */
    public CloneRequest into(Path otherDirectory) {
        Builder changed = new Builder(settings);
        changed.finalDirectory = settings.directory;
        changed.directory = otherDirectory;
        changed.replacement = Replacement.NONE;
        return new CloneRequest(changed);
    }

    /** What to do about damaged pages. */
    public VerifyMode verify() {
        return settings.verify;
    }

    /** Collects the settings. Everything but donor, user and directory has a default. */
    public static final class Builder {

        private DonorAddress donor;
        private String user;
        private Password password = Password.empty();
        private Path directory;
        private Path finalDirectory;
        private SslMode sslMode;
        private TlsPolicy tlsPolicy = TlsPolicy.DEFAULT;
        private Path sslCa;
        private Path sslCert;
        private Path sslKey;
        private Password sslKeyPassword = Password.empty();
        private boolean getServerPublicKey;
        private Path serverPublicKey;
        private int maxConcurrency = DEFAULT_MAX_CONCURRENCY;
        private boolean autotuneConcurrency = true;
        private BandwidthLimits bandwidthLimits = BandwidthLimits.NONE;
        private Compression compression = Compression.OFF;
        private boolean blockDdl;
        private Duration ddlTimeout = DEFAULT_DDL_TIMEOUT;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration readTimeout = Duration.ofSeconds(30);
        private Duration reconnectTimeout;
        private ResumeMode resume = ResumeMode.NEVER;
        private boolean journal = true;
        private Map<String, Path> pathMappings = new LinkedHashMap<>();
        private EncryptionSettings encryption = EncryptionSettings.NONE;
        private boolean directIo = true;
        private TargetServer targetServer = TargetServer.UNKNOWN;
        private VerifyMode verify = VerifyMode.STRICT;
        private Replacement replacement = Replacement.NONE;

        private Builder() {}

        private Builder(Builder that) {
            donor = that.donor;
            user = that.user;
            password = that.password;
            directory = that.directory;
            finalDirectory = that.finalDirectory;
            sslMode = that.sslMode;
            sslCa = that.sslCa;
            sslCert = that.sslCert;
            sslKey = that.sslKey;
            sslKeyPassword = that.sslKeyPassword;
            tlsPolicy = that.tlsPolicy;
            getServerPublicKey = that.getServerPublicKey;
            serverPublicKey = that.serverPublicKey;
            maxConcurrency = that.maxConcurrency;
            autotuneConcurrency = that.autotuneConcurrency;
            bandwidthLimits = that.bandwidthLimits;
            compression = that.compression;
            blockDdl = that.blockDdl;
            ddlTimeout = that.ddlTimeout;
            connectTimeout = that.connectTimeout;
            readTimeout = that.readTimeout;
            reconnectTimeout = that.reconnectTimeout;
            resume = that.resume;
            journal = that.journal;
            pathMappings = Map.copyOf(that.pathMappings);
            encryption = that.encryption;
            directIo = that.directIo;
            targetServer = that.targetServer;
            verify = that.verify;
            replacement = that.replacement;
        }

        public Builder donor(DonorAddress value) {
            donor = value;
            return this;
        }

        public Builder user(String value) {
            user = value;
            return this;
        }

        /** The request keeps this very object and wipes it when the clone is over. */
        public Builder password(Password value) {
            password = Objects.requireNonNull(value, "password");
            return this;
        }

        public Builder directory(Path value) {
            directory = value;
            return this;
        }

        /** @param value null for the default, which depends on donor and authority */
        public Builder sslMode(SslMode value) {
            sslMode = value;
            return this;
        }

        public Builder tlsPolicy(TlsPolicy value) {
            tlsPolicy = Objects.requireNonNull(value, "tlsPolicy");
            return this;
        }

        public Builder sslCa(Path value) {
            sslCa = value;
            return this;
        }

        public Builder sslCert(Path value) {
            sslCert = value;
            return this;
        }

        public Builder sslKey(Path value) {
            sslKey = value;
            return this;
        }

        /** The request keeps this very object and wipes it when the clone is over. */
        public Builder sslKeyPassword(Password value) {
            sslKeyPassword = Objects.requireNonNull(value, "sslKeyPassword");
            return this;
        }

        public Builder getServerPublicKey(boolean value) {
            getServerPublicKey = value;
            return this;
        }

        public Builder serverPublicKey(Path value) {
            serverPublicKey = value;
            return this;
        }

        public Builder maxConcurrency(int value) {
            maxConcurrency = value;
            return this;
        }

        public Builder autotuneConcurrency(boolean value) {
            autotuneConcurrency = value;
            return this;
        }

        public Builder bandwidthLimits(BandwidthLimits value) {
            bandwidthLimits = Objects.requireNonNull(value, "bandwidthLimits");
            return this;
        }

        public Builder compression(Compression value) {
            compression = Objects.requireNonNull(value, "compression");
            return this;
        }

        public Builder blockDdl(boolean value) {
            blockDdl = value;
            return this;
        }

        public Builder ddlTimeout(Duration value) {
            ddlTimeout = Objects.requireNonNull(value, "ddlTimeout");
            return this;
        }

        public Builder connectTimeout(Duration value) {
            connectTimeout = Objects.requireNonNull(value, "connectTimeout");
            return this;
        }

        public Builder readTimeout(Duration value) {
            readTimeout = Objects.requireNonNull(value, "readTimeout");
            return this;
        }

        public Builder resume(ResumeMode value) {
            resume = Objects.requireNonNull(value, "resume");
            return this;
        }

        public Builder journal(boolean value) {
            journal = value;
            return this;
        }

        /** Zero gives up with the first connection that breaks. */
        public Builder reconnectTimeout(Duration value) {
            reconnectTimeout = Objects.requireNonNull(value, "reconnectTimeout");
            return this;
        }

        /** Tablespaces of the donor below {@code donorDirectory} go below {@code localDirectory}. */
        public Builder mapPath(String donorDirectory, Path localDirectory) {
            pathMappings.put(donorDirectory, localDirectory);
            return this;
        }

        public Builder encryption(EncryptionSettings value) {
            encryption = Objects.requireNonNull(value, "encryption");
            return this;
        }

        public Builder directIo(boolean value) {
            directIo = value;
            return this;
        }

        public Builder targetServer(TargetServer value) {
            targetServer = Objects.requireNonNull(value, "targetServer");
            return this;
        }

        public Builder replacement(Replacement value) {
            replacement = Objects.requireNonNull(value, "replacement");
            return this;
        }

        public Builder verify(VerifyMode value) {
            verify = Objects.requireNonNull(value, "verify");
            return this;
        }

        /** @throws IllegalArgumentException naming the setting that is missing or out of range */
        public CloneRequest build() {
            require(directory != null, "directory is missing");
            return buildForCheck();
        }

        /** A request that may lack a directory: enough to look at the donor, not to clone it. */
        public CloneRequest buildForCheck() {
            Builder checked = new Builder(this);
            require(donor != null, "donor is missing");
            require(user != null && !user.isEmpty(), "user is missing");
            require(user.indexOf('\0') < 0, "user contains NUL");
            if (directory != null) {
                checked.directory = directory.toAbsolutePath().normalize();
                require(checked.directory.getNameCount() > 0, "directory is the root of the file system");
            }
            require(
                    maxConcurrency >= 1 && maxConcurrency <= MAX_CONCURRENCY_LIMIT,
                    "max concurrency: " + maxConcurrency + " (expected: 1 to " + MAX_CONCURRENCY_LIMIT + ')');
            require(
                    !ddlTimeout.isNegative() && ddlTimeout.compareTo(MAX_DDL_TIMEOUT) <= 0,
                    "ddl timeout: " + ddlTimeout.toSeconds() + " s (expected: 0 to " + MAX_DDL_TIMEOUT.toSeconds()
                            + ')');
            require(isPositive(connectTimeout), "connect timeout: " + connectTimeout + " (expected: more than 0)");
            require(isPositive(readTimeout), "read timeout: " + readTimeout + " (expected: more than 0)");
            require(
                    reconnectTimeout == null || !reconnectTimeout.isNegative(),
                    "reconnect timeout: " + reconnectTimeout + " (expected: 0 or more)");
            require((sslCert == null) == (sslKey == null), "ssl cert and ssl key go together, one is missing");
            require(
                    sslCa != null || sslMode == null || !sslMode.verifiesCertificate(),
                    "ssl mode " + sslMode + " needs an ssl ca to verify the donor's certificate with");
            require(
                    sslCa != null || !tlsPolicy.hasRevocationLists(),
                    "a revocation list needs an ssl ca, against which the donor's certificate is verified");
            require(
                    !replacement.isSwap() || verify != VerifyMode.OFF,
                    "a clone that is not verified does not replace older data");
            pathMappings.forEach((from, to) -> {
                require(from.startsWith("/"), "path mapping: " + from + " (expected: an absolute path of the donor)");
                require(to.isAbsolute(), "path mapping: " + to + " (expected: an absolute local path)");
            });
            return new CloneRequest(checked);
        }

        private static boolean isPositive(Duration duration) {
            return !duration.isZero() && !duration.isNegative();
        }

        private static void require(boolean condition, String message) {
            if (!condition) {
                throw new IllegalArgumentException(message);
            }
        }
    }
}

package org.jclone.recipient.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What to clone, from where, to where, and how. Immutable and validated.
 *
 * @param donor the server to clone
 * @param login account and password on the donor
 * @param tls how the connections are protected
 * @param transfer how the data is transferred
 * @param interruptions what happens when connections or this process fail
 * @param target where the data goes
 */
public record CloneRequest(
        DonorAddress donor,
        LoginSettings login,
        TlsSettings tls,
        TransferSettings transfer,
        InterruptionSettings interruptions,
        TargetSettings target) {

    public CloneRequest {
        Objects.requireNonNull(donor, "donor");
        Objects.requireNonNull(login, "login");
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(transfer, "transfer");
        Objects.requireNonNull(interruptions, "interruptions");
        Objects.requireNonNull(target, "target");
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the target data directory: absolute, normalised.
     *
     * @throws java.util.NoSuchElementException if there is none, which is possible with {@link Builder#buildForCheck()} only
     */
    public Path directory() {
        return target.directory().orElseThrow();
    }

    /**
     * Returns the same request with copies of its passwords. A run wipes the passwords of its request, so a second run needs copies: {@code new DonorCheck(request.withOwnPasswords()).run()} before {@code new CloneRecipient(request, ...)}.
     */
    public CloneRequest withOwnPasswords() {
        LoginSettings ownLogin = new LoginSettings(
                login.user(), login.password().copy(), login.getServerPublicKey(), login.serverPublicKey());
        TlsSettings ownTls = new TlsSettings(
                tls.sslMode(),
                tls.policy(),
                tls.sslCa(),
                tls.sslCert(),
                tls.sslKey(),
                tls.sslKeyPassword().copy());
        return new CloneRequest(donor, ownLogin, ownTls, transfer, interruptions, target);
    }

    /** Returns the same request for a folder of that name in each target directory; other content of those is ignored. */
    public CloneRequest below(String folder) {
        return new CloneRequest(donor, login, tls, transfer, interruptions, target.below(folder));
    }

    /**
     * Collects the settings. Donor, user and directory must be given. The record with a component of the same name documents the meaning, range and default of a setting: {@link LoginSettings}, {@link TlsSettings},
     * {@link TransferSettings}, {@link InterruptionSettings}, {@link TargetSettings}.
     */
    public static final class Builder {

        private DonorAddress donor;
        private String user;
        private Password password = Password.empty();
        private Path directory;
        private Path undoDirectory;
        private Path redoDirectory;
        private Path systemDirectory;
        private SslMode sslMode;
        private TlsPolicy tlsPolicy = TlsPolicy.DEFAULT;
        private Path sslCa;
        private Path sslCert;
        private Path sslKey;
        private Password sslKeyPassword = Password.empty();
        private boolean getServerPublicKey;
        private Path serverPublicKey;
        private int maxConcurrency = TransferSettings.DEFAULT_MAX_CONCURRENCY;
        private boolean autotuneConcurrency = true;
        private BandwidthLimits bandwidthLimits = BandwidthLimits.NONE;
        private Compression compression = Compression.OFF;
        private boolean blockDdl;
        private Duration ddlTimeout = TransferSettings.DEFAULT_DDL_TIMEOUT;
        private Duration delayAfterDataDrop = Duration.ZERO;
        private boolean checkFirst;
        private Duration connectTimeout = InterruptionSettings.DEFAULT_CONNECT_TIMEOUT;
        private Duration readTimeout = InterruptionSettings.DEFAULT_READ_TIMEOUT;
        private Duration transitionTimeout = InterruptionSettings.DEFAULT_TRANSITION_TIMEOUT;
        private Duration reconnectTimeout;
        private RetryPolicy retry = RetryPolicy.NONE;
        private ResumeMode resume = ResumeMode.NEVER;
        private boolean journal = true;
        private final Map<String, Path> pathMappings = new LinkedHashMap<>();
        private EncryptionSettings encryption = EncryptionSettings.NONE;
        private boolean directIo = true;
        private TargetServer targetServer = TargetServer.UNKNOWN;
        private VerifyMode verify = VerifyMode.STRICT;
        private Replacement replacement = Replacement.NONE;

        private Builder() {}

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

        /** @param value null for the data directory */
        public Builder undoDirectory(Path value) {
            undoDirectory = value;
            return this;
        }

        /** @param value null for the data directory */
        public Builder redoDirectory(Path value) {
            redoDirectory = value;
            return this;
        }

        /** @param value null for the data directory */
        public Builder systemDirectory(Path value) {
            systemDirectory = value;
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

        public Builder delayAfterDataDrop(Duration value) {
            delayAfterDataDrop = Objects.requireNonNull(value, "delayAfterDataDrop");
            return this;
        }

        public Builder checkFirst(boolean value) {
            checkFirst = value;
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

        public Builder transitionTimeout(Duration value) {
            transitionTimeout = Objects.requireNonNull(value, "transitionTimeout");
            return this;
        }

        public Builder retry(RetryPolicy value) {
            retry = Objects.requireNonNull(value, "retry");
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

        /** Zero means to give up when the first connection breaks. */
        public Builder reconnectTimeout(Duration value) {
            reconnectTimeout = Objects.requireNonNull(value, "reconnectTimeout");
            return this;
        }

        /** Puts tablespaces of the donor that are below {@code donorDirectory} below {@code localDirectory}. */
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
            if (directory == null) {
                throw new IllegalArgumentException("directory is missing");
            }
            return buildForCheck();
        }

        /** Builds a request that may lack a directory: sufficient to check the donor, not to clone it. */
        public CloneRequest buildForCheck() {
            if (donor == null) {
                throw new IllegalArgumentException("donor is missing");
            }
            return new CloneRequest(donor, login(), tls(), transfer(), interruptions(), target());
        }

        private LoginSettings login() {
            return new LoginSettings(user, password, getServerPublicKey, Optional.ofNullable(serverPublicKey));
        }

        private TlsSettings tls() {
            Optional<Path> authorities = Optional.ofNullable(sslCa);
            return new TlsSettings(
                    sslMode == null ? TlsSettings.defaultMode(donor, authorities) : sslMode,
                    tlsPolicy,
                    authorities,
                    Optional.ofNullable(sslCert),
                    Optional.ofNullable(sslKey),
                    sslKeyPassword);
        }

        private TransferSettings transfer() {
            return new TransferSettings(
                    maxConcurrency,
                    autotuneConcurrency,
                    bandwidthLimits,
                    compression,
                    blockDdl,
                    ddlTimeout,
                    delayAfterDataDrop,
                    checkFirst);
        }

        private InterruptionSettings interruptions() {
            return new InterruptionSettings(
                    connectTimeout,
                    readTimeout,
                    transitionTimeout,
                    Optional.ofNullable(reconnectTimeout),
                    resume,
                    journal,
                    retry);
        }

        private TargetSettings target() {
            return new TargetSettings(
                    Optional.ofNullable(directory),
                    Optional.empty(),
                    new InnodbDirectories(
                            Optional.ofNullable(undoDirectory),
                            Optional.ofNullable(redoDirectory),
                            Optional.ofNullable(systemDirectory)),
                    Optional.empty(),
                    replacement,
                    pathMappings,
                    directIo,
                    verify,
                    encryption,
                    targetServer);
        }
    }
}

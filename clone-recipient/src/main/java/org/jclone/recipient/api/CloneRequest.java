package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * What to clone, from where, to where, and how. Immutable and validated. Each component but the donor is a group of settings; its record
 * documents the meaning, range and default of each.
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
        tls = tls.completeFor(donor);
        Objects.requireNonNull(transfer, "transfer");
        Objects.requireNonNull(interruptions, "interruptions");
        target = target.complete();
    }

    /** {@return a builder with the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the target data directory: absolute, normalised}
     *
     * @throws java.util.NoSuchElementException if there is none, which is possible with {@link Builder#buildForCheck()} only
     */
    public Path directory() {
        return target.directory().orElseThrow();
    }

    /**
     * {@return the same request with copies of its passwords} A run wipes the passwords of its request, so a second run needs copies: {@code new DonorCheck(request.withOwnPasswords()).run()} before {@code new CloneRecipient(request, ...)}.
     */
    public CloneRequest withOwnPasswords() {
        return new CloneRequest(
                donor,
                login.withPassword(login.password().copy()),
                tls.withSslKeyPassword(tls.sslKeyPassword().copy()),
                transfer,
                interruptions,
                target);
    }

    /**
     * {@return the same request for a folder of that name in each target directory; other content of those is ignored}
     *
     * @param folder its name
     */
    public CloneRequest below(String folder) {
        return new CloneRequest(donor, login, tls, transfer, interruptions, target.below(folder));
    }

    /**
     * Collects the groups of settings. Donor, login and the target's directory must be given, everything else has defaults. Each group can be
     * given as a whole or as a change: {@code transfer(it -> it.withMaxConcurrency(4))}.
     */
    public static final class Builder {

        private DonorAddress donor;
        private LoginSettings login;
        private TlsSettings tls = TlsSettings.DEFAULT;
        private TransferSettings transfer = TransferSettings.DEFAULT;
        private InterruptionSettings interruptions = InterruptionSettings.DEFAULT;
        private TargetSettings target = TargetSettings.DEFAULT;

        private Builder() {}

        /**
         * Sets the server to clone.
         *
         * @param value its address
         * @return this
         */
        public Builder donor(DonorAddress value) {
            donor = value;
            return this;
        }

        /**
         * The request keeps the very password and wipes it when the clone is over.
         *
         * @param value account and password
         * @return this
         */
        public Builder login(LoginSettings value) {
            login = value;
            return this;
        }

        /**
         * Changes the login, which must have been given.
         *
         * @param change makes the new settings of the old ones
         * @return this
         */
        public Builder login(UnaryOperator<LoginSettings> change) {
            return login(change.apply(login));
        }

        /**
         * The request keeps the very password of the key and wipes it when the clone is over.
         *
         * @param value the settings
         * @return this
         */
        public Builder tls(TlsSettings value) {
            tls = value;
            return this;
        }

        /**
         * Changes how the connections are protected.
         *
         * @param change makes the new settings of the old ones
         * @return this
         */
        public Builder tls(UnaryOperator<TlsSettings> change) {
            return tls(change.apply(tls));
        }

        /**
         * Sets how the data is transferred.
         *
         * @param value the settings
         * @return this
         */
        public Builder transfer(TransferSettings value) {
            transfer = value;
            return this;
        }

        /**
         * Changes how the data is transferred.
         *
         * @param change makes the new settings of the old ones
         * @return this
         */
        public Builder transfer(UnaryOperator<TransferSettings> change) {
            return transfer(change.apply(transfer));
        }

        /**
         * Sets what happens when connections or this process fail.
         *
         * @param value the settings
         * @return this
         */
        public Builder interruptions(InterruptionSettings value) {
            interruptions = value;
            return this;
        }

        /**
         * Changes what happens when connections or this process fail.
         *
         * @param change makes the new settings of the old ones
         * @return this
         */
        public Builder interruptions(UnaryOperator<InterruptionSettings> change) {
            return interruptions(change.apply(interruptions));
        }

        /**
         * Sets where the data goes.
         *
         * @param value the settings
         * @return this
         */
        public Builder target(TargetSettings value) {
            target = value;
            return this;
        }

        /**
         * Changes where the data goes.
         *
         * @param change makes the new settings of the old ones
         * @return this
         */
        public Builder target(UnaryOperator<TargetSettings> change) {
            return target(change.apply(target));
        }

        /**
         * Builds the request.
         *
         * @return the request
         * @throws IllegalArgumentException naming what is missing or contradictory
         */
        public CloneRequest build() {
            if (target.directory().isEmpty()) {
                throw new IllegalArgumentException("directory is missing");
            }
            return buildForCheck();
        }

        /**
         * Builds a request that may lack a directory: sufficient to check the donor, not to clone it.
         *
         * @return the request
         */
        public CloneRequest buildForCheck() {
            if (donor == null) {
                throw new IllegalArgumentException("donor is missing");
            }
            if (login == null) {
                throw new IllegalArgumentException("login is missing");
            }
            return new CloneRequest(donor, login, tls, transfer, interruptions, target);
        }
    }
}

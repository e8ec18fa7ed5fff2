package org.jclone.provision.step;

import java.nio.file.Path;
import java.util.Optional;
import org.jclone.provision.channel.CarriedChannel;
import org.jclone.provision.channel.ChannelTables;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.explain.Failure;

/**
 * The source of a kept channel. It is asked with the channel's own account and password, which the clone has, or else
 * with the account of this run.
 */
final class ChannelSource {

    private final Run run;
    private final ChannelTables tables;

    ChannelSource(Run run, ChannelTables tables) {
        this.run = run;
        this.tables = tables;
    }

    static DonorAddress address(String channel, String host, int port) throws CloneException {
        try {
            return new DonorAddress(host, port);
        } catch (IllegalArgumentException e) {
            throw Failure.Provisioning.CHANNELS.exception(
                    "the channel '" + channel + "' has no source: " + e.getMessage(), e);
        }
    }

    /** Returns the source with an account; empty if there is none. */
    Optional<Server> of(CarriedChannel channel) throws ServerException, CloneException {
        DonorAddress address = address(channel.name(), channel.host(), channel.port());
        if (channel.passwordStored() && !channel.user().isEmpty()) {
            Password password = tables.password(channel.name());
            run.closeAtTheEnd(password);
            return Optional.of(run.server(address, channel.user(), password, tls(channel.tls())));
        }
        return run.hasReplicationAccount() ? Optional.of(run.sourceAt(address)) : Optional.empty();
    }

    /** Returns the TLS settings of the channel itself. */
    private TlsSettings tls(CarriedChannel.Tls tls) {
        TlsSettings settings = TlsSettings.DEFAULT.withGetServerPublicKey(tls.getPublicKey());
        Optional<Path> key = tls.file("SOURCE_PUBLIC_KEY_PATH");
        if (key.isPresent()) {
            settings = settings.withServerPublicKey(key.get());
        }
        if (!tls.enabled()) {
            return settings.withSslMode(SslMode.PREFERRED);
        }
        Optional<Path> authority = tls.file("SOURCE_SSL_CA");
        if (authority.isPresent()) {
            settings = settings.withSslCa(authority.get());
        }
        Optional<Path> certificate = tls.file("SOURCE_SSL_CERT");
        Optional<Path> certificateKey = tls.file("SOURCE_SSL_KEY");
        if (certificate.isPresent() && certificateKey.isPresent()) {
            settings = settings.withSslCert(certificate.get()).withSslKey(certificateKey.get());
        }
        SslMode mode = authority.isEmpty()
                ? SslMode.REQUIRED
                : tls.verifiesIdentity() ? SslMode.VERIFY_IDENTITY : SslMode.VERIFY_CA;
        return settings.withSslMode(mode);
    }
}

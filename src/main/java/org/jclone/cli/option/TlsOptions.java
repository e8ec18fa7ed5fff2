package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsPolicy;
import org.jclone.recipient.api.TlsSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Protection of the connection, and of the password if there is no TLS. */
@Command(optionListHeading = "TLS and keys")
public final class TlsOptions {

    @Option(
            names = "--ssl-mode",
            paramLabel = "MODE",
            description =
                    "PREFERRED uses TLS if the donor offers it; REQUIRED always uses TLS; VERIFY_CA also checks the"
                            + " donor's certificate against --ssl-ca, VERIFY_IDENTITY also that it is for this host. The"
                            + " default is VERIFY_IDENTITY with --ssl-ca; otherwise REQUIRED, or PREFERRED for a donor on this"
                            + " machine.")
    private SslMode sslMode;

    @Option(names = "--ssl-ca", paramLabel = "FILE", description = "PEM file of the authorities to trust.")
    private Path sslCa;

    @Option(names = "--ssl-cert", paramLabel = "FILE", description = "PEM file of the client certificate.")
    private Path sslCert;

    @Option(names = "--ssl-key", paramLabel = "FILE", description = "PEM file of the private key of --ssl-cert.")
    private Path sslKey;

    @Option(
            names = "--ssl-key-password-file",
            paramLabel = "FILE",
            description =
                    "File whose first line is the password of an encrypted --ssl-key. Without it jclone prompts on"
                            + " the terminal.")
    private Path sslKeyPasswordFile;

    @Option(
            names = "--ssl-crl",
            paramLabel = "FILE",
            description =
                    "PEM file of revocation lists. With it, no list may contain a certificate of the donor's chain.")
    private Path sslCrl;

    @Option(names = "--ssl-crlpath", paramLabel = "DIR", description = "Directory of such files.")
    private Path sslCrlPath;

    @Option(
            names = "--tls-version",
            paramLabel = "LIST",
            split = ",",
            description = "Permitted versions of TLS: TLSv1.2, TLSv1.3, or both, separated by a comma.")
    private List<String> tlsVersions = new ArrayList<>();

    @Option(
            names = "--tls-ciphersuites",
            paramLabel = "LIST",
            split = ":",
            description = "Permitted cipher suites of TLS 1.3, separated by colons.")
    private List<String> tlsCipherSuites = new ArrayList<>();

    @Option(
            names = "--ssl-cipher",
            paramLabel = "LIST",
            split = ":",
            description = "Permitted ciphers of TLS 1.2, by OpenSSL's names, separated by colons.")
    private List<String> sslCiphers = new ArrayList<>();

    @Option(
            names = "--get-server-public-key",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description = "Ask the donor for its RSA key to send the password without TLS. An attacker on the network"
                    + " could answer with a key of their own.")
    private Switch getServerPublicKey = Switch.OFF;

    @Option(
            names = "--server-public-key-path",
            paramLabel = "FILE",
            description = "PEM file of the donor's RSA key, to send the password without TLS.")
    private Path serverPublicKey;

    public Optional<Path> sslKey() {
        return Optional.ofNullable(sslKey);
    }

    public Optional<Path> sslKeyPasswordFile() {
        return Optional.ofNullable(sslKeyPasswordFile);
    }

    /**
     * @param keyPassword the password of the key
     * @throws IllegalArgumentException if a TLS version is unknown
     */
    public TlsSettings settings(Password keyPassword) {
        return new TlsSettings(
                Optional.ofNullable(sslMode),
                new TlsPolicy(
                        tlsVersions,
                        tlsCipherSuites,
                        sslCiphers,
                        Optional.ofNullable(sslCrl),
                        Optional.ofNullable(sslCrlPath),
                        TlsPolicy.DEFAULT.provider()),
                Optional.ofNullable(sslCa),
                Optional.ofNullable(sslCert),
                Optional.ofNullable(sslKey),
                keyPassword,
                getServerPublicKey.isOn(),
                Optional.ofNullable(serverPublicKey));
    }
}

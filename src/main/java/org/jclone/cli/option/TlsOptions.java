package org.jclone.cli.option;

import java.nio.file.Path;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.SslMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How the connection is protected, and how the password is where it is not. */
@Command(optionListHeading = "TLS and keys")
public final class TlsOptions {

    @Option(
            names = "--ssl-mode",
            paramLabel = "MODE",
            description =
                    "PREFERRED uses TLS if the donor offers it; REQUIRED never goes without; VERIFY_CA also checks the"
                            + " donor's certificate against --ssl-ca, VERIFY_IDENTITY also that it is for this host.")
    private SslMode sslMode = SslMode.PREFERRED;

    @Option(names = "--ssl-ca", paramLabel = "FILE", description = "PEM file of the authorities to trust.")
    private Path sslCa;

    @Option(names = "--ssl-cert", paramLabel = "FILE", description = "PEM file of a certificate to show to the donor.")
    private Path sslCert;

    @Option(names = "--ssl-key", paramLabel = "FILE", description = "PEM file of the key to --ssl-cert.")
    private Path sslKey;

    @Option(
            names = "--get-server-public-key",
            description =
                    "Ask the donor for its RSA key to send the password without TLS. Whoever sits in between could answer"
                            + " with a key of his own.")
    private boolean getServerPublicKey;

    @Option(
            names = "--server-public-key-path",
            paramLabel = "FILE",
            description = "PEM file of the donor's RSA key, to send the password without TLS.")
    private Path serverPublicKey;

    public void applyTo(CloneRequest.Builder request) {
        request.sslMode(sslMode)
                .sslCa(sslCa)
                .sslCert(sslCert)
                .sslKey(sslKey)
                .getServerPublicKey(getServerPublicKey)
                .serverPublicKey(serverPublicKey);
    }
}

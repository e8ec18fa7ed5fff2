package org.jclone.cli.option;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.donor.api.DonorTls;
import org.jclone.donor.api.PemFiles;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.recipient.api.FileReason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The donor's certificate, and what it requires of recipients. */
@Command(optionListHeading = "TLS")
public final class DonorTlsOptions {

    @Option(
            names = "--ssl-cert",
            paramLabel = "FILE",
            description = "PEM file of the donor's certificate and its intermediate certificates. Without it the donor"
                    + " generates a certificate at each start, which no recipient can verify.")
    private Path sslCert;

    @Option(names = "--ssl-key", paramLabel = "FILE", description = "PEM file of the key to --ssl-cert.")
    private Path sslKey;

    @Option(
            names = "--ssl-ca",
            paramLabel = "FILE",
            description =
                    "PEM file of authorities: serve only recipients with a client certificate of one of them, over"
                            + " TLS only.")
    private Path sslCa;

    @Option(
            names = "--require-secure-transport",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description = "Refuse recipients that do not use TLS. The default is ON with --ssl-ca, otherwise OFF.")
    private Switch requireSecureTransport;

    /** @throws UsageException if the files do not belong together, or cannot be read */
    public DonorTls settings() throws UsageException {
        if ((sslCert == null) != (sslKey == null)) {
            throw new UsageException("--ssl-cert and --ssl-key belong together");
        }
        if (sslCa != null && requireSecureTransport == Switch.OFF) {
            throw new UsageException("--ssl-ca and --require-secure-transport=OFF exclude each other: without TLS there"
                    + " is no client certificate");
        }
        try {
            TlsIdentity identity = sslCert == null ? TlsIdentity.selfSigned() : TlsIdentity.read(sslCert, sslKey);
            return new DonorTls(
                    Optional.of(identity),
                    sslCa == null ? List.of() : PemFiles.certificates(sslCa),
                    requireSecureTransport == Switch.ON);
        } catch (FileSystemException e) {
            throw new UsageException("cannot read " + e.getFile() + ": " + FileReason.of(e));
        } catch (IOException e) {
            throw new UsageException(e.getMessage());
        }
    }
}

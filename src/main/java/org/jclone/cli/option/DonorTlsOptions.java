package org.jclone.cli.option;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jclone.cli.output.FileReason;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.PemFiles;
import org.jclone.donor.api.TlsIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How a donor shows who it is, and what it wants to see. */
@Command(optionListHeading = "TLS")
public final class DonorTlsOptions {

    @Option(
            names = "--ssl-cert",
            paramLabel = "FILE",
            description =
                    "PEM file of the donor's certificate, and of those that lead to its authority. Without it one is"
                            + " made at each start, which no recipient can verify.")
    private Path sslCert;

    @Option(names = "--ssl-key", paramLabel = "FILE", description = "PEM file of the key to --ssl-cert.")
    private Path sslKey;

    @Option(
            names = "--ssl-ca",
            paramLabel = "FILE",
            description =
                    "PEM file of authorities: only recipients are served that show a certificate of theirs, and over TLS only.")
    private Path sslCa;

    @Option(
            names = "--require-secure-transport",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description = "Refuse recipients that do not use TLS. ON with --ssl-ca, OFF otherwise.")
    private Switch requireSecureTransport;

    /** @throws UsageException if the files do not fit, or cannot be read */
    public void applyTo(DonorConfig.Builder config) throws UsageException {
        if ((sslCert == null) != (sslKey == null)) {
            throw new UsageException("--ssl-cert and --ssl-key belong together");
        }
        if (sslCa != null && requireSecureTransport == Switch.OFF) {
            throw new UsageException(
                    "--ssl-ca and --require-secure-transport=OFF exclude each other: without TLS nobody"
                            + " shows a certificate");
        }
        try {
            TlsIdentity identity = sslCert == null ? TlsIdentity.selfSigned() : TlsIdentity.read(sslCert, sslKey);
            config.tls(identity).requireSecureTransport(requireSecureTransport == Switch.ON);
            if (sslCa != null) {
                config.clientAuthorities(PemFiles.certificates(sslCa));
            }
        } catch (FileSystemException e) {
            throw new UsageException("cannot read " + e.getFile() + ": " + FileReason.of(e));
        } catch (IOException e) {
            throw new UsageException(e.getMessage());
        }
    }
}

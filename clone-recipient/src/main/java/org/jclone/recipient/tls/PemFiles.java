package org.jclone.recipient.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.explain.Failure;

/** Certificates and revocation lists from files. */
public final class PemFiles {

    /** The revocation list of a large authority has several megabytes. */
    private static final int MAX_BYTES = 64 << 20;

    private PemFiles() {}

    /** Reads all certificates of a file; at least one is required. */
    public static List<X509Certificate> certificates(Path file, String option) throws CloneException {
        byte[] content = read(file, option);
        try {
            List<X509Certificate> certificates =
                    factory().generateCertificates(new ByteArrayInputStream(content)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (certificates.isEmpty()) {
                throw new CertificateException("the file contains no certificate");
            }
            return certificates;
        } catch (CertificateException e) {
            throw unusable(file, option, "certificate", e);
        }
    }

    /** Reads all revocation lists of a file; at least one is required. */
    static List<X509CRL> revocationLists(Path file, String option) throws CloneException {
        byte[] content = read(file, option);
        try {
            List<X509CRL> lists = factory().generateCRLs(new ByteArrayInputStream(content)).stream()
                    .map(X509CRL.class::cast)
                    .toList();
            if (lists.isEmpty()) {
                throw new CRLException("the file contains no revocation list");
            }
            return lists;
        } catch (CRLException | CertificateException e) {
            throw unusable(file, option, "revocation list", e);
        }
    }

    /** Reads the revocation lists of all files in a directory, regardless of their names. */
    static List<X509CRL> revocationListsOf(Path directory, String option) throws CloneException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw unreadable(directory, option, e);
        }
        List<X509CRL> lists = new ArrayList<>();
        for (Path file : files) {
            lists.addAll(revocationLists(file, option));
        }
        return lists;
    }

    static byte[] read(Path file, String option) throws CloneException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new IOException("more than " + MAX_BYTES + " bytes");
            }
            return content;
        } catch (IOException e) {
            throw unreadable(file, option, e);
        }
    }

    private static CertificateFactory factory() throws CertificateException {
        return CertificateFactory.getInstance("X.509");
    }

    private static CloneException unreadable(Path file, String option, IOException e) {
        return Failure.TlsFailed.FILE.exception("cannot read " + file + " of " + option + ": " + FileReason.of(e), e);
    }

    private static CloneException unusable(Path file, String option, String what, Exception e) {
        return Failure.TlsFailed.NO_PEM.exception(
                "no " + what + " can be read from " + file + " of " + option + ": " + e.getMessage(), e);
    }
}

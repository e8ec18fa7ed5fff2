package org.jclone.recipient.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jclone.donor.api.TlsIdentity;

/** An authority that signs what a test asks for. */
final class TestAuthority {

    private final X500Name name;
    private final KeyPair keys = generate();
    private final X509Certificate certificate;
    private long lastSerial;

    TestAuthority(String commonName) {
        name = new X500Name("CN=" + commonName);
        certificate = sign(keys, name, true, Instant.now().minus(Duration.ofDays(400)), Duration.ofDays(800), "");
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A donor's certificate for {@code address}, valid for a day from {@code begin} on. */
    TlsIdentity issue(String address, Instant begin) {
        KeyPair donor = generate();
        return new TlsIdentity(
                donor.getPrivate(), sign(donor, new X500Name("CN=donor"), false, begin, Duration.ofDays(1), address));
    }

    private X509Certificate sign(
            KeyPair subject, X500Name subjectName, boolean authority, Instant begin, Duration validity, String address) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(++lastSerial),
                    Date.from(begin),
                    Date.from(begin.plus(validity)),
                    subjectName,
                    subject.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (authority) {
                builder.addExtension(
                        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            } else {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.iPAddress, address)));
            }
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer()));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private ContentSigner signer() throws OperatorCreationException {
        return new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    }

    Path writeCertificate(Path file) {
        return write(file, certificate);
    }

    /** A list of revoked certificates that is valid until {@code end}. */
    Path writeRevocationList(Path file, Instant end, List<X509Certificate> revoked) {
        try {
            X509v2CRLBuilder builder =
                    new X509v2CRLBuilder(name, Date.from(end.minus(Duration.ofDays(2))));
            builder.setNextUpdate(Date.from(end));
            revoked.forEach(each ->
                    builder.addCRLEntry(each.getSerialNumber(), new Date(), CRLReason.keyCompromise));
            return write(file, builder.build(signer()));
        } catch (OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path write(Path file, Object object) {
        try (Writer out = Files.newBufferedWriter(file);
                JcaPEMWriter pem = new JcaPEMWriter(out)) {
            pem.writeObject(object);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

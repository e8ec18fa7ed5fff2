package org.jclone.donor.api;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemGenerationException;
import org.jclone.donor.fault.CertificateFault;

/**
 * Key and certificate with which a donor shows who it is.
 *
 * @param chain the donor's certificate, signed by itself or by somebody whom the client trusts, then those of whoever signed
 *     it, as far as clients do not have them
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {

    private static final Duration CLOCK_SKEW = Duration.ofDays(1);

    /** As long as the certificates that a MySQL server makes for itself. */
    private static final Duration VALIDITY = Duration.ofDays(3650);

    public TlsIdentity {
        Objects.requireNonNull(key, "key");
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("certificates: none");
        }
    }

    /**
     * Reads both from PEM files, as a MySQL server has them.
     *
     * @throws IOException naming the file that cannot be read or does not hold what it should
     */
    public static TlsIdentity read(Path certificates, Path key) throws IOException {
        return new TlsIdentity(PemFiles.privateKey(key), PemFiles.certificates(certificates));
    }

    /** The donor's own certificate. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** A new key and a certificate of its own for {@code localhost} and {@code 127.0.0.1}. */
    public static TlsIdentity selfSigned() {
        return selfSigned("localhost", "127.0.0.1");
    }

    /** The same for another host: a client that verifies the donor's identity will refuse it. */
    public static TlsIdentity selfSigned(String hostName, String address) {
        Instant now = Instant.now();
        return selfSigned(hostName, address, now.minus(CLOCK_SKEW), now.plus(VALIDITY));
    }

    /** A certificate that a client which verifies it has to refuse. */
    public static TlsIdentity faulty(CertificateFault fault) {
        Instant now = Instant.now();
        return switch (fault) {
            case OTHER_HOST -> selfSigned("elsewhere.example", "192.0.2.1");
            case EXPIRED -> selfSigned("localhost", "127.0.0.1", now.minus(VALIDITY), now.minus(CLOCK_SKEW));
            case NOT_YET_VALID -> selfSigned("localhost", "127.0.0.1", now.plus(CLOCK_SKEW), now.plus(VALIDITY));
            case UNKNOWN_AUTHORITY -> selfSigned();
        };
    }

    private static TlsIdentity selfSigned(String hostName, String address, Instant from, Instant to) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            return new TlsIdentity(keys.getPrivate(), List.of(certificate(keys, hostName, address, from, to)));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("this Java platform makes no certificates", e);
        }
    }

    private static X509Certificate certificate(KeyPair keys, String hostName, String address, Instant from, Instant to)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        X500Name name = new X500Name("CN=" + hostName);
        ContentSigner signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(Instant.now().toEpochMilli()),
                Date.from(from),
                Date.from(to),
                name,
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, hostName), new GeneralName(GeneralName.iPAddress, address)
        }));
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    /** The certificate as PEM, for a client's list of authorities. */
    public String certificatePem() {
        return PemText.of(certificate());
    }

    /** The key as PEM of PKCS#8. */
    public String keyPem() {
        return pkcs8(null);
    }

    /** The same, encrypted. */
    public String encryptedKeyPem(String password) {
        try {
            return pkcs8(new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                    .setPassword(password.toCharArray())
                    .setProvider(new BouncyCastleProvider())
                    .build());
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("this Java platform encrypts nothing", e);
        }
    }

    private String pkcs8(OutputEncryptor encryptor) {
        try {
            return PemText.of(new JcaPKCS8Generator(key, encryptor));
        } catch (PemGenerationException e) {
            throw new IllegalStateException("a key that cannot be written", e);
        }
    }

    @Override
    public String toString() {
        return "TlsIdentity[key=REDACTED, certificate=" + certificate().getSubjectX500Principal() + ']';
    }
}

package org.jclone.donor.api;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 * @param chain the donor's certificate, signed by itself or by somebody whom the client trusts, then those of whoever
 *     signed it, as far as clients do not have them
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
        KeyPair keys = newKeys();
        Instant now = Instant.now();
        Leaf own = new Leaf(hostName, hostName, address, now.minus(CLOCK_SKEW), now.plus(VALIDITY));
        X500Name name = new X500Name("CN=" + hostName);
        return new TlsIdentity(keys.getPrivate(), List.of(sign(own, keys.getPublic(), true, name, keys.getPrivate())));
    }

    /**
     * An identity with one thing wrong, and nothing else: it is signed by this one, so that a client which trusts this
     * certificate as an authority has that one reason to refuse the other.
     *
     * @throws IllegalArgumentException if this one is to sign and may not, which would be a second thing wrong
     */
    public TlsIdentity faulty(CertificateFault fault) {
        if (fault != CertificateFault.UNKNOWN_AUTHORITY && certificate().getBasicConstraints() < 0) {
            throw new IllegalArgumentException(
                    "a wrong certificate is wanted, and the one given, which is to sign it, is" + " no authority's: "
                            + certificate().getSubjectX500Principal());
        }
        Instant now = Instant.now();
        Instant begin = now.minus(CLOCK_SKEW);
        Instant end = now.plus(VALIDITY);
        return switch (fault) {
            case OTHER_HOST -> signed(new Leaf("another host", "elsewhere.example", "192.0.2.1", begin, end));
            case EXPIRED -> signed(new Leaf("expired", "localhost", "127.0.0.1", now.minus(VALIDITY), begin));
            case NOT_YET_VALID ->
                signed(new Leaf("not yet valid", "localhost", "127.0.0.1", now.plus(CLOCK_SKEW), end));
            case UNKNOWN_AUTHORITY -> selfSigned();
        };
    }

    /** What a certificate says of its owner. */
    private record Leaf(String commonName, String hostName, String address, Instant from, Instant to) {}

    private TlsIdentity signed(Leaf leaf) {
        KeyPair keys = newKeys();
        X500Name issuer =
                X500Name.getInstance(certificate().getSubjectX500Principal().getEncoded());
        List<X509Certificate> signedChain = new ArrayList<>(chain);
        signedChain.add(0, sign(leaf, keys.getPublic(), false, issuer, key));
        return new TlsIdentity(keys.getPrivate(), signedChain);
    }

    /** Of an elliptic curve that all versions of TLS have. */
    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has elliptic curves", e);
        }
    }

    private static X509Certificate sign(
            Leaf leaf, PublicKey owner, boolean authority, X500Name issuer, PrivateKey signer) {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(Instant.now().toEpochMilli()),
                Date.from(leaf.from()),
                Date.from(leaf.to()),
                new X500Name("CN=" + leaf.commonName()),
                owner);
        GeneralName[] addresses = {
            new GeneralName(GeneralName.dNSName, leaf.hostName()),
            new GeneralName(GeneralName.iPAddress, leaf.address())
        };
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(addresses));
            ContentSigner contentSigner = new JcaContentSignerBuilder(signatureAlgorithm(signer)).build(signer);
            return new JcaX509CertificateConverter().getCertificate(builder.build(contentSigner));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("this Java platform makes no certificates", e);
        }
    }

    private static String signatureAlgorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
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

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
 * The key and certificate chain that identify a donor.
 *
 * @param chain the donor's certificate, self-signed or signed by an authority, followed by the intermediate
 *     certificates that clients may lack
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {

    private static final Duration CLOCK_SKEW = Duration.ofDays(1);

    /** Same validity as the certificates that a MySQL server creates for itself. */
    private static final Duration VALIDITY = Duration.ofDays(3650);

    public TlsIdentity {
        Objects.requireNonNull(key, "key");
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("certificates: none");
        }
    }

    /**
     * Reads both from PEM files in the format of a MySQL server.
     *
     * @throws IOException naming the file that is unreadable or invalid
     */
    public static TlsIdentity read(Path certificates, Path key) throws IOException {
        return new TlsIdentity(PemFiles.privateKey(key), PemFiles.certificates(certificates));
    }

    /** {@return the donor's own certificate} */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** Creates a key and a self-signed certificate for {@code localhost} and {@code 127.0.0.1}. */
    public static TlsIdentity selfSigned() {
        return selfSigned("localhost", "127.0.0.1");
    }

    /** Creates one for another host. A client that verifies the donor's identity refuses it. */
    public static TlsIdentity selfSigned(String hostName, String address) {
        KeyPair keys = newKeys();
        Instant now = Instant.now();
        Leaf own = new Leaf(hostName, hostName, address, now.minus(CLOCK_SKEW), now.plus(VALIDITY));
        X500Name name = new X500Name("CN=" + hostName);
        return new TlsIdentity(keys.getPrivate(), List.of(sign(own, keys.getPublic(), true, name, keys.getPrivate())));
    }

    /**
     * Creates an identity with exactly one fault. This identity signs it, so a client that trusts this certificate as
     * an authority has no other reason to refuse it.
     *
     * @throws IllegalArgumentException if this identity must sign but is not an authority, which would be a second
     * fault
     */
    public TlsIdentity faulty(CertificateFault fault) {
        if (fault != CertificateFault.UNKNOWN_AUTHORITY && certificate().getBasicConstraints() < 0) {
            throw new IllegalArgumentException(
                    "the given certificate cannot sign a faulty one, because it is not an authority: "
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

    /** The subject and validity of a certificate. */
    private record Leaf(String commonName, String hostName, String address, Instant from, Instant to) {}

    private TlsIdentity signed(Leaf leaf) {
        KeyPair keys = newKeys();
        X500Name issuer =
                X500Name.getInstance(certificate().getSubjectX500Principal().getEncoded());
        List<X509Certificate> signedChain = new ArrayList<>(chain);
        signedChain.add(0, sign(leaf, keys.getPublic(), false, issuer, key));
        return new TlsIdentity(keys.getPrivate(), signedChain);
    }

    /** Generates keys of an elliptic curve that all TLS versions support. */
    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks elliptic curves", e);
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
            throw new IllegalStateException("this Java platform cannot create certificates", e);
        }
    }

    private static String signatureAlgorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
    }

    /** {@return the certificate as PEM, for a client's list of authorities} */
    public String certificatePem() {
        return PemText.of(certificate());
    }

    /** {@return the key as PKCS#8 PEM} */
    public String keyPem() {
        return pkcs8(null);
    }

    /** {@return the key as encrypted PKCS#8 PEM} */
    public String encryptedKeyPem(String password) {
        try {
            return pkcs8(new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                    .setPassword(password.toCharArray())
                    .setProvider(new BouncyCastleProvider())
                    .build());
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("this Java platform cannot encrypt", e);
        }
    }

    private String pkcs8(OutputEncryptor encryptor) {
        try {
            return PemText.of(new JcaPKCS8Generator(key, encryptor));
        } catch (PemGenerationException e) {
            throw new IllegalStateException("cannot encode the key", e);
        }
    }

    @Override
    public String toString() {
        return "TlsIdentity[key=REDACTED, certificate=" + certificate().getSubjectX500Principal() + ']';
    }
}

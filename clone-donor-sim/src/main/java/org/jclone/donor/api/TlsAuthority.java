package org.jclone.donor.api;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority for tests. It signs valid and faulty certificates of donors and clients, and revokes them.
 */
public final class TlsAuthority {

    private static final Duration OWN_AGE = Duration.ofDays(400);

    private final X500Name name;
    private final KeyPair keys = TlsIdentity.newKeys();
    private final X509Certificate certificate;
    private long lastSerial;

    /** Creates a self-signed authority. */
    public TlsAuthority(String commonName) {
        name = new X500Name("CN=" + commonName);
        certificate = authority(this, Instant.now().minus(OWN_AGE), OWN_AGE.multipliedBy(2));
    }

    private TlsAuthority(String commonName, TlsAuthority signer) {
        name = new X500Name("CN=" + commonName);
        certificate = signer.authority(this, Instant.now().minus(OWN_AGE), OWN_AGE.multipliedBy(2));
    }

    /** Creates another authority, whose certificate this one signs. */
    public TlsAuthority intermediate(String commonName) {
        return new TlsAuthority(commonName, this);
    }

    /** Signs a certificate for another authority. */
    public X509Certificate authority(TlsAuthority other, Instant begin, Duration validity) {
        return sign(other.keys, other.name, true, begin, validity, Optional.empty(), Optional.empty());
    }

    /** {@return its own certificate} */
    public X509Certificate certificate() {
        return certificate;
    }

    /** Creates a certificate of a donor at {@code address}, valid for one day from {@code begin}. */
    public TlsIdentity donor(String address, Instant begin) {
        return issue("donor", begin, Optional.of(address), Optional.empty());
    }

    /** Creates such a certificate that is valid for clients only. */
    public TlsIdentity clientOnly(String address, Instant begin) {
        return issue("donor", begin, Optional.of(address), Optional.of(KeyPurposeId.id_kp_clientAuth));
    }

    /** Creates a certificate of a client, valid since one hour ago. */
    public TlsIdentity client(String commonName) {
        return issue(commonName, Instant.now().minus(Duration.ofHours(1)), Optional.empty(), Optional.empty());
    }

    private TlsIdentity issue(
            String commonName, Instant begin, Optional<String> address, Optional<KeyPurposeId> purpose) {
        KeyPair subject = TlsIdentity.newKeys();
        X500Name subjectName = new X500Name("CN=" + commonName);
        return new TlsIdentity(
                subject.getPrivate(),
                List.of(sign(subject, subjectName, false, begin, Duration.ofDays(1), address, purpose)));
    }

    private X509Certificate sign(
            KeyPair subject,
            X500Name subjectName,
            boolean authority,
            Instant begin,
            Duration validity,
            Optional<String> address,
            Optional<KeyPurposeId> purpose) {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(++lastSerial),
                Date.from(begin),
                Date.from(begin.plus(validity)),
                subjectName,
                subject.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (authority) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            }
            if (purpose.isPresent()) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose.get()));
            }
            if (address.isPresent()) {
                GeneralName alternative = new GeneralName(GeneralName.iPAddress, address.get());
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternative));
            }
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer()));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("this Java platform cannot create certificates", e);
        }
    }

    private ContentSigner signer() throws OperatorCreationException {
        return new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    }

    /** {@return its own certificate as PEM} */
    public String certificatePem() {
        return PemText.of(certificate);
    }

    /** {@return its revocation list as PEM, valid until {@code end}} */
    public String revocationListPem(Instant end, List<TlsIdentity> revoked) {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(name, Date.from(end.minus(Duration.ofDays(2))));
        builder.setNextUpdate(Date.from(end));
        for (TlsIdentity each : revoked) {
            builder.addCRLEntry(
                    each.certificate().getSerialNumber(), Date.from(Instant.now()), CRLReason.keyCompromise);
        }
        try {
            return PemText.of(builder.build(signer()));
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("this Java platform cannot sign", e);
        }
    }
}

package org.jclone.recipient.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPath;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;
import org.jclone.recipient.tls.DonorCertificateException.Reason;

/**
 * Trusts a donor whose certificate one of the given authorities signed, at whatever remove, that is valid today and not
 * revoked; and whose name is the one asked for, where the engine is to identify its end point. In this order, so that
 * each fault is named for what it is.
 */
final class DonorTrust extends X509ExtendedTrustManager {

    private final Set<X509Certificate> authorities;
    private final Collection<X509CRL> revocationLists;
    private final boolean checksRevocation;

    /** @param checksRevocation whether each certificate below an authority must be on none of that authority's lists */
    DonorTrust(Collection<X509Certificate> authorities, Collection<X509CRL> revocationLists, boolean checksRevocation) {
        this.authorities = Set.copyOf(authorities);
        this.revocationLists = List.copyOf(revocationLists);
        this.checksRevocation = checksRevocation;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkDates(chain);
        checkChain(chain);
        if (engine.getSSLParameters().getEndpointIdentificationAlgorithm() != null) {
            checkName(chain, authType, engine);
        }
    }

    private static void checkDates(X509Certificate[] chain) throws DonorCertificateException {
        for (X509Certificate certificate : chain) {
            try {
                certificate.checkValidity();
            } catch (CertificateExpiredException e) {
                throw new DonorCertificateException(
                        Reason.EXPIRED,
                        name(certificate) + " expired on "
                                + certificate.getNotAfter().toInstant(),
                        e);
            } catch (CertificateNotYetValidException e) {
                throw new DonorCertificateException(
                        Reason.NOT_YET_VALID,
                        name(certificate) + " is valid only from "
                                + certificate.getNotBefore().toInstant() + " on",
                        e);
            }
        }
    }

    private void checkChain(X509Certificate[] chain) throws CertificateException {
        if (authorities.contains(chain[0])) {
            return; // it was given to us by name
        }
        CertPath path;
        PKIXBuilderParameters parameters;
        try {
            X509CertSelector donor = new X509CertSelector();
            donor.setCertificate(chain[0]);
            Set<TrustAnchor> anchors = authorities.stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet());
            parameters = new PKIXBuilderParameters(anchors, donor);
            parameters.addCertStore(store(List.of(chain)));
            parameters.setRevocationEnabled(false);
            path = CertPathBuilder.getInstance("PKIX").build(parameters).getCertPath();
        } catch (GeneralSecurityException e) {
            throw untrusted(chain, e);
        }
        if (checksRevocation) {
            checkRevocation(chain[0], path, parameters);
        }
    }

    private void checkRevocation(X509Certificate donor, CertPath path, PKIXBuilderParameters parameters)
            throws DonorCertificateException {
        try {
            CertPathValidator validator = CertPathValidator.getInstance("PKIX");
            PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            checker.setOptions(
                    EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
            parameters.addCertStore(store(revocationLists));
            parameters.setRevocationEnabled(true);
            parameters.addCertPathChecker(checker);
            validator.validate(path, parameters);
        } catch (CertPathValidatorException e) {
            if (e.getReason() == BasicReason.REVOKED) {
                throw new DonorCertificateException(Reason.REVOKED, name(donor) + " is revoked", e);
            }
            throw new DonorCertificateException(
                    Reason.REVOCATION_UNKNOWN,
                    "no valid revocation list tells whether " + name(donor) + " is revoked: " + e.getMessage(),
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has PKIX", e);
        }
    }

    private static CertStore store(Collection<?> content) throws GeneralSecurityException {
        return CertStore.getInstance("Collection", new CollectionCertStoreParameters(content));
    }

    private DonorCertificateException untrusted(X509Certificate[] chain, GeneralSecurityException failure) {
        X500Principal issuer = chain[chain.length - 1].getIssuerX500Principal();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException invalid
                    && invalid.getReason() != BasicReason.INVALID_SIGNATURE) {
                return new DonorCertificateException(
                        Reason.UNUSABLE, name(chain[0]) + " does not do: " + invalid.getMessage(), failure);
            }
        }
        boolean namesake = authorities.stream()
                .anyMatch(authority -> authority.getSubjectX500Principal().equals(issuer));
        return new DonorCertificateException(
                Reason.FOREIGN_AUTHORITY,
                name(chain[0]) + " was signed by "
                        + (namesake ? "a namesake of one in --ssl-ca: " : "an authority that --ssl-ca does not hold: ")
                        + issuer,
                failure);
    }

    /** The platform compares names; that the certificate itself is good is settled by now. */
    private static void checkName(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        X509ExtendedTrustManager platform;
        try {
            KeyStore donorOnly = KeyStore.getInstance(KeyStore.getDefaultType());
            donorOnly.load(null, null);
            donorOnly.setCertificateEntry("donor", chain[0]);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(donorOnly);
            platform = trustManager(factory);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java platform has PKIX", e);
        }
        try {
            platform.checkServerTrusted(new X509Certificate[] {chain[0]}, authType, engine);
        } catch (CertificateException e) {
            throw new DonorCertificateException(
                    Reason.WRONG_NAME,
                    name(chain[0]) + " is not for " + engine.getPeerHost() + ": " + e.getMessage(),
                    e);
        }
    }

    private static X509ExtendedTrustManager trustManager(TrustManagerFactory factory) {
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager found) {
                return found;
            }
        }
        throw new IllegalStateException("no trust manager for X.509");
    }

    private static String name(X509Certificate certificate) {
        return "the certificate of \"" + certificate.getSubjectX500Principal() + '"';
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw new UnsupportedOperationException("Netty asks with an engine");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("Netty asks with an engine");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw new UnsupportedOperationException("we are the client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw new UnsupportedOperationException("we are the client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("we are the client");
    }
}

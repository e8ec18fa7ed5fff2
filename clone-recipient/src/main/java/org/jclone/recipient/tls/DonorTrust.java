package org.jclone.recipient.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;
import org.jclone.recipient.explain.Failure;

/**
 * Decides with the platform's PKIX trust manager whether to trust a donor, for both TLS providers alike. A chain of any
 * length through the certificates sent must lead to a given authority. Each certificate on it must be valid today and
 * not revoked, and the donor's own must permit use by a server. If the engine identifies its end point, the name is
 * then compared. This class words the platform's refusals.
 */
final class DonorTrust extends X509ExtendedTrustManager {

    private final Set<X509Certificate> authorities;
    private final Collection<X509CRL> revocationLists;
    private final X509ExtendedTrustManager platform;
    private final X509ExtendedTrustManager withoutRevocation;

    /**
     * @param checksRevocation whether to require that no certificate below an authority is on a revocation list of it
     */
    DonorTrust(Collection<X509Certificate> authorities, Collection<X509CRL> revocationLists, boolean checksRevocation) {
        this.authorities = Set.copyOf(authorities);
        this.revocationLists = List.copyOf(revocationLists);
        this.withoutRevocation = pkix(false);
        this.platform = checksRevocation ? pkix(true) : withoutRevocation;
    }

    private X509ExtendedTrustManager pkix(boolean checksRevocation) {
        try {
            Set<TrustAnchor> anchors = authorities.stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet());
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(checksRevocation);
            if (checksRevocation) {
                PKIXRevocationChecker checker = (PKIXRevocationChecker)
                        CertPathBuilder.getInstance("PKIX").getRevocationChecker();
                checker.setOptions(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK));
                parameters.addCertPathChecker(checker);
                parameters.addCertStore(
                        CertStore.getInstance("Collection", new CollectionCertStoreParameters(revocationLists)));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            return trustManager(factory);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has PKIX", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            platform.checkServerTrusted(chain, authType);
            chain[0].checkValidity(); // the platform does not check the dates of a certificate in --ssl-ca
        } catch (CertificateException e) {
            throw worded(chain, authType, e);
        }
        if (engine.getSSLParameters().getEndpointIdentificationAlgorithm() != null) {
            checkName(chain, authType, engine);
        }
    }

    private DonorCertificateException worded(X509Certificate[] chain, String authType, CertificateException failure) {
        boolean trustedOtherwise = platform != withoutRevocation && isTrustedWithoutRevocation(chain, authType);
        if (trustedOtherwise) {
            return revoked(chain, failure);
        }
        for (X509Certificate certificate : chain) {
            try {
                certificate.checkValidity();
            } catch (CertificateExpiredException e) {
                return new DonorCertificateException(
                        Failure.TlsFailed.EXPIRED,
                        name(certificate) + " expired on "
                                + certificate.getNotAfter().toInstant(),
                        failure);
            } catch (CertificateNotYetValidException e) {
                return new DonorCertificateException(
                        Failure.TlsFailed.NOT_YET_VALID,
                        name(certificate) + " is valid only from "
                                + certificate.getNotBefore().toInstant() + " on",
                        failure);
            }
        }
        return isPathMissing(failure)
                ? foreign(chain, failure)
                : new DonorCertificateException(
                        Failure.TlsFailed.UNUSABLE,
                        name(chain[0]) + " cannot be used: " + failure.getMessage(),
                        failure);
    }

    private boolean isTrustedWithoutRevocation(X509Certificate[] chain, String authType) {
        try {
            withoutRevocation.checkServerTrusted(chain, authType);
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    private DonorCertificateException revoked(X509Certificate[] chain, CertificateException failure) {
        for (X509Certificate certificate : chain) {
            for (X509CRL list : revocationLists) {
                if (list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal())
                        && list.isRevoked(certificate)) {
                    return new DonorCertificateException(
                            Failure.TlsFailed.REVOKED, name(certificate) + " is revoked", failure);
                }
            }
        }
        return new DonorCertificateException(
                Failure.TlsFailed.REVOCATION_UNKNOWN,
                "no valid revocation list tells whether " + name(chain[0]) + " is revoked: " + failure.getMessage(),
                failure);
    }

    /** Whether the failure is that no path leads to an authority, or that a signature on it does not match. */
    private static boolean isPathMissing(CertificateException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException
                    || cause instanceof CertPathValidatorException invalid
                            && invalid.getReason() == BasicReason.INVALID_SIGNATURE) {
                return true;
            }
        }
        return false;
    }

    private DonorCertificateException foreign(X509Certificate[] chain, CertificateException failure) {
        X500Principal issuer = chain[chain.length - 1].getIssuerX500Principal();
        boolean namesake = authorities.stream()
                .anyMatch(authority -> authority.getSubjectX500Principal().equals(issuer));
        return new DonorCertificateException(
                Failure.TlsFailed.FOREIGN,
                name(chain[0]) + " was signed by "
                        + (namesake ? "a namesake of one in --ssl-ca: " : "an authority that --ssl-ca does not hold: ")
                        + issuer,
                failure);
    }

    /** Lets the platform compare names; the certificate itself has already been accepted. */
    private static void checkName(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        X509ExtendedTrustManager names;
        try {
            KeyStore donorOnly = KeyStore.getInstance(KeyStore.getDefaultType());
            donorOnly.load(null, null);
            donorOnly.setCertificateEntry("donor", chain[0]);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(donorOnly);
            names = trustManager(factory);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java platform has PKIX", e);
        }
        try {
            names.checkServerTrusted(new X509Certificate[] {chain[0]}, authType, engine);
        } catch (CertificateException e) {
            throw new DonorCertificateException(
                    Failure.TlsFailed.WRONG_NAME,
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

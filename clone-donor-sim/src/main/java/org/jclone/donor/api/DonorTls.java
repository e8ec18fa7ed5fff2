package org.jclone.donor.api;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The TLS that a donor offers, and what it requires of clients.
 *
 * @param identity the identity for TLS clients; empty if TLS is not offered
 * @param clientAuthorities serve only clients with a certificate signed by one of these, and therefore only over TLS; empty if
 *     clients need no certificate
 * @param requireSecureTransport whether clients without TLS are refused; always so if clients need a certificate, since they could
 *     bypass the check otherwise
 */
public record DonorTls(
        Optional<TlsIdentity> identity, List<X509Certificate> clientAuthorities, boolean requireSecureTransport) {

    /** No TLS. */
    public static final DonorTls NONE = new DonorTls(Optional.empty(), List.of(), false);

    public DonorTls {
        clientAuthorities = List.copyOf(clientAuthorities);
        require(
                clientAuthorities.isEmpty() || identity.isPresent(),
                "client certificates require TLS, which is not offered");
        require(!requireSecureTransport || identity.isPresent(), "secure transport requires TLS, which is not offered");
        requireSecureTransport |= !clientAuthorities.isEmpty();
    }

    /** {@return TLS for clients that want it} */
    public static DonorTls of(TlsIdentity identity) {
        return new DonorTls(Optional.of(identity), List.of(), false);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}

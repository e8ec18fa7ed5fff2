package org.jclone.daemon.access;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jclone.daemon.http.Access;
import org.jclone.daemon.http.Caller;
import org.jclone.daemon.http.Peer;
import org.jclone.daemon.http.Problem;
import org.jclone.daemon.http.ProblemException;
import org.jclone.daemon.http.Role;
import org.jclone.protocol.text.Printable;

/**
 * Access over TCP: by a token, by the session of a browser that gave one, or by a certificate that the listener's
 * authority issued. Certificates of operators are named; all others may only read.
 */
public final class NetworkCallers implements Access {

    private static final int DNS_NAME = 2;

    private final Supplier<ApiTokens> tokens;
    private final BrowserSessions sessions;
    private final Set<String> operators;

    /**
     * @param tokens those that are valid now
     * @param operators common names or DNS names of certificates
     */
    public NetworkCallers(Supplier<ApiTokens> tokens, BrowserSessions sessions, Set<String> operators) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.operators = Set.copyOf(operators);
    }

    @Override
    public Caller admit(Peer peer) throws ProblemException {
        if (peer.bearerToken().isPresent()) {
            return tokens.get()
                    .caller(peer.bearerToken().get())
                    .orElseThrow(() -> Problem.Kind.NOT_AUTHENTICATED.exception("the token is not known"));
        }
        Optional<Caller> signedIn = peer.session().flatMap(sessions::caller);
        if (signedIn.isPresent()) {
            return signedIn.get();
        }
        X509Certificate certificate = peer.certificate()
                .orElseThrow(() ->
                        Problem.Kind.NOT_AUTHENTICATED.exception("the request has neither a token nor a certificate"));
        List<String> names = names(certificate);
        Optional<String> operator = names.stream().filter(operators::contains).findFirst();
        String name = "certificate " + operator.orElse(names.isEmpty() ? "without a name" : names.get(0));
        return new Caller(Printable.of(name), operator.isPresent() ? Role.OPERATE : Role.READ);
    }

    /** Returns the common name and the DNS names. */
    static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    names.add(String.valueOf(part.getValue()));
                }
            }
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            for (List<?> each : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (each.get(0).equals(DNS_NAME)) {
                    names.add(String.valueOf(each.get(1)));
                }
            }
        } catch (InvalidNameException | CertificateParsingException e) {
            return List.of(); // no name in it can be trusted
        }
        return names;
    }
}

package org.jclone.recipient.tls;

import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.TlsPolicy;
import org.jclone.recipient.explain.Failure;

/**
 * Permitted cipher suites by their standard names. OpenSSL and MySQL have different names for those of TLS 1.2: {@code
 * ECDHE-RSA-AES128-GCM-SHA256} for {@code TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}.
 */
final class CipherSuites {

    private CipherSuites() {}

    /**
     * Returns the permitted suites; empty means the platform's choice. A TLS version without a list permits all its
     * suites.
     */
    static List<String> of(TlsPolicy policy) throws CloneException {
        if (policy.cipherSuites().isEmpty() && policy.ciphers().isEmpty()) {
            return List.of();
        }
        List<String> supported = supported();
        List<String> suites = new ArrayList<>();
        for (String suite : policy.cipherSuites()) {
            if (!isOfTls13(suite) || !supported.contains(suite)) {
                throw unknown(
                        suite,
                        "--tls-ciphersuites",
                        supported.stream().filter(CipherSuites::isOfTls13).toList());
            }
            suites.add(suite);
        }
        for (String cipher : policy.ciphers()) {
            suites.add(supported.stream()
                    .filter(suite -> !isOfTls13(suite))
                    .filter(suite -> suite.equals(cipher) || openSslName(suite).equals(cipher))
                    .findFirst()
                    .orElseThrow(() -> unknown(
                            cipher,
                            "--ssl-cipher",
                            supported.stream()
                                    .filter(suite -> suite.startsWith("TLS_ECDHE"))
                                    .map(CipherSuites::openSslName)
                                    .toList())));
        }
        if (policy.cipherSuites().isEmpty()) {
            supported.stream().filter(CipherSuites::isOfTls13).forEach(suites::add);
        }
        if (policy.ciphers().isEmpty()) {
            supported.stream().filter(suite -> !isOfTls13(suite)).forEach(suites::add);
        }
        return suites;
    }

    static boolean isOfTls13(String suite) {
        return suite.startsWith("TLS_AES_") || suite.startsWith("TLS_CHACHA20_");
    }

    static String openSslName(String suite) {
        return suite.replaceFirst("^TLS_", "")
                .replaceFirst("^RSA_WITH_", "")
                .replace("_WITH_", "-")
                .replaceFirst("AES_(\\d+)_CBC", "AES_$1")
                .replaceFirst("AES_(\\d+)", "AES$1")
                .replaceFirst("POLY1305_SHA256$", "POLY1305")
                .replace('_', '-');
    }

    private static List<String> supported() {
        try {
            return Arrays.asList(
                    SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    private static CloneException unknown(String name, String option, List<String> known) {
        Failure why = Failure.TlsFailed.CIPHER_SUITE;
        return new CloneException(
                why.code(), "no cipher suite " + name + " of " + option + " here", why.hint(String.join(":", known)));
    }
}

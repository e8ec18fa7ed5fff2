package org.jclone.recipient.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.TlsPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CipherSuitesTest {

    @ParameterizedTest
    @CsvSource({
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, ECDHE-RSA-AES128-GCM-SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, ECDHE-ECDSA-AES256-GCM-SHA384",
        "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, DHE-RSA-AES256-GCM-SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, ECDHE-RSA-CHACHA20-POLY1305",
        "TLS_RSA_WITH_AES_128_GCM_SHA256, AES128-GCM-SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, ECDHE-RSA-AES128-SHA256"
    })
    void convertsToOpenSslNames(String suite, String openSslName) {
        assertThat(CipherSuites.openSslName(suite)).isEqualTo(openSslName);
    }

    @Test
    void leavesTheChoiceToThePlatform() throws Exception {
        assertThat(CipherSuites.of(TlsPolicy.DEFAULT)).isEmpty();
    }

    @Test
    void keepsTheSuitesOfTheOtherTlsVersion() throws Exception {
        List<String> suites = CipherSuites.of(TlsPolicy.DEFAULT.withCiphers(List.of("ECDHE-RSA-AES128-GCM-SHA256")));
        assertThat(suites)
                .contains("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384")
                .filteredOn(suite -> !CipherSuites.isOfTls13(suite))
                .hasSize(1);

        assertThat(CipherSuites.of(TlsPolicy.DEFAULT.withCipherSuites(List.of("TLS_AES_256_GCM_SHA384"))))
                .contains("TLS_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
                .filteredOn(CipherSuites::isOfTls13)
                .hasSize(1);
    }

    @Test
    void listsTheKnownSuites() {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> CipherSuites.of(TlsPolicy.DEFAULT.withCiphers(List.of("RC4-MD5"))))
                .withMessage("no cipher suite RC4-MD5 of --ssl-cipher here")
                .satisfies(e -> assertThat(e.hint()).contains("ECDHE-RSA-AES128-GCM-SHA256"));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> CipherSuites.of(TlsPolicy.DEFAULT.withCipherSuites(List.of("TLS_NULL"))))
                .satisfies(e -> assertThat(e.hint()).contains("TLS_AES_128_GCM_SHA256"));
    }
}

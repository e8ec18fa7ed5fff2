package org.jclone.recipient.tls;

import static org.assertj.core.api.Assertions.assertThat;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsErrorsTest {

    private static final DonorAddress DONOR = new DonorAddress("db1", 3306);

    /** As the JDK and as OpenSSL word an alert of the donor. */
    @ParameterizedTest
    @CsvSource({
        "Received fatal alert: protocol_version, NO_VERSION",
        "error:1000042e:SSL routines:OPENSSL_internal:TLSV1_ALERT_PROTOCOL_VERSION, NO_VERSION",
        "Received fatal alert: handshake_failure, NO_CIPHER",
        "error:10000410:SSL routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE, NO_CIPHER",
        "Received fatal alert: unknown_ca, CLIENT_FOREIGN",
        "Received fatal alert: certificate_expired, CLIENT_EXPIRED",
        "Received fatal alert: certificate_revoked, CLIENT_REVOKED",
        "Received fatal alert: bad_certificate, CLIENT_REFUSED",
        "Received fatal alert: certificate_unknown, CLIENT_REFUSED",
        "error:1000045c:SSL routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED, CLIENT_MISSING",
    })
    void namesTheObjectionOfTheDonor(String text, Failure.TlsFailed meaning) {
        CloneException failure = TlsErrors.translate(new SSLException("failed", new SSLException(text)), DONOR);

        assertThat(failure.code()).isEqualTo(CloneErrorCode.TLS_FAILED);
        assertThat(failure.hint()).isEqualTo(meaning.hint());
        assertThat(failure).hasMessageStartingWith("TLS with db1:3306 failed: ").hasMessageEndingWith(" (failed)");
        assertThat(TlsErrors.isDistrust(failure)).isFalse();
    }

    @Test
    void repeatsAnythingElse() {
        CloneException failure = TlsErrors.translate(new SSLException("closed"), DONOR);

        assertThat(failure).hasMessage("TLS with db1:3306 failed: closed");
        assertThat(failure.hint()).isEqualTo(Failure.General.TLS_FAILED.hint());
    }

    @Test
    void distrustIsFoundBelowOtherCauses() {
        DonorCertificateException distrusted =
                new DonorCertificateException(Failure.TlsFailed.EXPIRED, "it expired in 2020", null);
        SSLException thrown = new SSLHandshakeException("General error");
        thrown.initCause(distrusted);
        CloneException failure = TlsErrors.translate(thrown, DONOR);

        assertThat(failure).hasMessage("TLS with db1:3306 failed: it expired in 2020");
        assertThat(failure.hint()).isEqualTo(Failure.TlsFailed.EXPIRED.hint());
        assertThat(TlsErrors.isDistrust(failure)).isTrue();
    }
}

package org.jclone.recipient.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.FaultSyntaxException;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.CloneRig;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.SslMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates with one fault each, made by a fault script. Each is refused for exactly that fault. */
class CertificateFaultTest {

    private static final MadeData DATA =
            MadeData.builder(3).systemTablespace(64 << 10).build();

    @TempDir
    Path parent;

    @TempDir
    Path files;

    private CloneRig rig(String fault, SslMode mode) throws IOException, FaultSyntaxException {
        TlsIdentity identity = TlsIdentity.selfSigned();
        Path trusted = Files.writeString(files.resolve("ca.pem"), identity.certificatePem());
        FaultScript script = FaultScript.parse("certificate " + fault);
        return CloneRig.of(parent, DATA, config -> config.tls(identity).faults(script))
                .with(request -> mode == SslMode.REQUIRED
                        ? request.tls(it -> it.withSslMode(mode))
                        : request.tls(it -> it.withSslMode(mode).withSslCa(trusted)));
    }

    @ParameterizedTest
    @CsvSource({
        "VERIFY_IDENTITY, other-host, is not for 127.0.0.1",
        "VERIFY_IDENTITY, expired, expired on",
        "VERIFY_CA, expired, expired on",
        "VERIFY_CA, not-yet-valid, is valid only from",
        "VERIFY_CA, unknown-authority, namesake of one in --ssl-ca"
    })
    void isRefused(SslMode mode, String fault, String words) throws Exception {
        try (CloneRig rig = rig(fault, mode)) {
            CloneException failure = rig.refused();
            assertThat(failure.code()).as("%s", failure).isEqualTo(CloneErrorCode.TLS_FAILED);
            assertThat(failure.getMessage() + '\n' + failure.hint()).contains(words);
        }
    }

    @ParameterizedTest
    @CsvSource({"VERIFY_CA, other-host", "REQUIRED, expired", "REQUIRED, unknown-authority"})
    void isAcceptedWithoutVerification(SslMode mode, String fault) throws Exception {
        try (CloneRig rig = rig(fault, mode)) {
            rig.run();
        }
    }
}

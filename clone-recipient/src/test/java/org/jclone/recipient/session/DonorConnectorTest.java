package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.recipient.CloneRig;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.LocalDonor;
import org.jclone.recipient.connection.Logins;
import org.jclone.recipient.connection.NetworkProbe.Measured;
import org.jclone.recipient.connection.Transport;
import org.jclone.recipient.session.CompressionTuner.Trial;
import org.junit.jupiter.api.Test;

/** Most about its connections is in {@code SeveralServersTest}, {@code TransportTest}, and tests of whole clones. */
class DonorConnectorTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static LoggedIn login(Capability... capabilities) {
        return new LoggedIn(LocalDonor.loggedIn(1).greeting(), Capabilities.of(capabilities), "TLSv1.3 X");
    }

    @Test
    void saysHowAConnectionIsProtectedAndCompressed() {
        assertThat(List.of(login(), login(Capability.CLIENT_COMPRESS)).stream().map(DonorConnector::transport))
                .containsExactly("TLSv1.3 X", "TLSv1.3 X, compressed with zlib");
    }

    @Test
    void reconnectsWithoutTheCompressionOfAnUnfinishedComparison() throws Exception {
        DonorConfig config = DonorConfig.builder(
                        MadeData.builder(1).systemTablespace(64 << 10).build())
                .account(CloneRig.ACCOUNT)
                .build();
        try (DonorServer donor = DonorServer.start(config);
                Transport transport = transport(donor)) {
            TestContext test = new TestContext(Path.of("target"));
            DonorConnector connector = new DonorConnector(
                    test.context, transport, Optional.of(new Measured(false, CompressionAlgorithm.ZSTD, 400, 300)));
            DataConnection slow = connector.openData(1).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            connector.tuneCompression(List.of(slow));
            slow.onReceived(1 << 20, 1 << 20);
            test.pass(Duration.ofSeconds(2));
            assertThat(connector.tuneCompression(List.of(slow))).isEqualTo(Trial.WANTED);

            assertThat(connector.open().loggedIn().compression()).isEqualTo(CompressionAlgorithm.UNCOMPRESSED);
            assertThat(connector.tuneCompression(List.of())).isEqualTo(Trial.NONE);
            test.events();
        }
    }

    private static Transport transport(DonorServer donor) throws CloneException {
        CloneRequest request = CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", donor.port()))
                .login(LoginSettings.of(
                        CloneRig.ACCOUNT.user(),
                        Password.of(CloneRig.ACCOUNT.password().toCharArray())))
                .target(it -> it.withDirectory(Path.of("target")))
                .tls(it -> it.withSslMode(SslMode.DISABLED))
                .build();
        return new Transport(request.donor(), Logins.options(request), PATIENCE, 1);
    }
}

package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.recipient.connection.LocalDonor;
import org.junit.jupiter.api.Test;

/** Its connections are for {@code SeveralServersTest} and {@code TransportTest}, and for tests of whole clones. */
class DonorConnectorTest {

    private static LoggedIn login(Capability... capabilities) {
        return new LoggedIn(LocalDonor.loggedIn(1).greeting(), Capabilities.of(capabilities), "TLSv1.3 X");
    }

    @Test
    void saysHowAConnectionIsProtectedAndCompressed() {
        assertThat(List.of(login(), login(Capability.CLIENT_COMPRESS)).stream().map(DonorConnector::transport))
                .containsExactly("TLSv1.3 X", "TLSv1.3 X, compressed with zlib");
    }
}

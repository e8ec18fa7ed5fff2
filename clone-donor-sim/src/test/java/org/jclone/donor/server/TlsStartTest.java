package org.jclone.donor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import javax.net.ssl.SSLSocket;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.handshake.SslRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An attacker in the middle must not be able to insert clear text before the bytes under TLS. */
class TlsStartTest {

    private static final Account ACCOUNT = new Account("admin", "secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);
    private static final int CHARACTER_SET = 255;

    private DonorServer donor;
    private RawClient client;
    private HandshakeV10 greeting;

    @BeforeEach
    void connect() throws IOException {
        MadeData data = MadeData.builder(1).table("t/a", 1 << 20).build();
        donor = DonorServer.start(DonorConfig.builder(data)
                .account(ACCOUNT)
                .tls(TlsIdentity.selfSigned())
                .build());
        client = new RawClient(donor.port());
        greeting = HandshakeV10.CODEC.decode(client.read().buffer());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        donor.close();
    }

    private static ByteBuf sslRequest() {
        SslRequest request = new SslRequest(RawClient.CAPABILITIES.with(Capability.CLIENT_SSL), 1 << 24, CHARACTER_SET);
        return RawClient.packet(1, out -> SslRequest.CODEC.encode(request, out));
    }

    private ByteBuf response() {
        HandshakeResponse41 response = RawClient.response(ACCOUNT, greeting.nonce());
        return RawClient.packet(2, out -> HandshakeResponse41.CODEC.encode(response, out));
    }

    @Test
    void startsTlsAfterTheRequest() throws Exception {
        client.send(sslRequest());
        try (SSLSocket tls = client.startTls()) {
            assertThat(tls.getSession().getProtocol()).startsWith("TLSv1");
        }
    }

    @Test
    void closesOnACompleteClearTextLoginAfterTheRequest() throws Exception {
        client.send(sslRequest().writeBytes(response()));
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void closesOnALaterClearTextLogin() throws Exception {
        client.send(sslRequest());
        client.send(response());
        assertThat(client.isClosed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5})
    void closesOnTheBeginningOfAClearTextLogin(int bytes) throws Exception {
        client.send(sslRequest().writeBytes(response(), bytes));
        assertThatThrownBy(client::startTls).isInstanceOf(IOException.class);
    }
}

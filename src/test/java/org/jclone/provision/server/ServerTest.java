package org.jclone.provision.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.recipient.ServerConnector;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsSettings;
import org.junit.jupiter.api.Test;

/** Sessions over a network, with jclone's own donor as the server. */
class ServerTest {

    private static final String PASSWORD = "quite secret";

    @Test
    void asksAndContinuesAfterARefusal() throws Exception {
        try (DonorServer donor = start();
                ServerSession session = server(donor.port(), PASSWORD).connect()) {
            assertThat(session.version().isAtLeast(80_017)).isTrue();
            assertThat(session.query("SELECT @@version_comment, @@innodb_page_size")
                            .value(0, "@@INNODB_PAGE_SIZE"))
                    .hasValue("16384");
            RefusedException refused =
                    catchThrowableOfType(RefusedException.class, () -> session.query("SELECT @@nonsense"));
            assertThat(refused.number()).isEqualTo(1193);
            assertThat(refused).hasMessageStartingWith("127.0.0.1:" + donor.port() + " refused SELECT: error 1193 (");
            assertThat(session.query("SELECT @@innodb_page_size").singleNumber())
                    .hasValue(16384);
        }
    }

    @Test
    void aWrongPasswordHasMySqlsNumberAndAHint() throws Exception {
        try (DonorServer donor = start()) {
            UnreachableException denied = catchThrowableOfType(
                    UnreachableException.class,
                    () -> server(donor.port(), "wrong").connect().close());
            assertThat(denied.code()).isEqualTo(CloneErrorCode.ACCESS_DENIED);
            assertThat(denied.number()).isEqualTo(1045);
            assertThat(denied.hint()).isNotEmpty();
            assertThat(denied).hasMessageNotContaining("wrong ");
        }
    }

    @Test
    void aSessionIsUnusableOnceItsServerIsGone() throws Exception {
        DonorServer donor = start();
        try (ServerSession session = server(donor.port(), PASSWORD).connect()) {
            donor.close();
            UnreachableException lost =
                    catchThrowableOfType(UnreachableException.class, () -> session.query("SELECT @@innodb_page_size"));
            assertThat(lost.code()).isEqualTo(CloneErrorCode.CONNECTION_LOST);
            assertThat(lost.isBeforeLogin()).isFalse();
        }
    }

    /** Like a stopped process, this server accepts connections and sends nothing. */
    @Test
    void givesUpOnAServerThatHangs() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            ServerConnector patient = connector(silent.getLocalPort(), PASSWORD);
            ServerConnector impatient = new ServerConnector(
                    patient.server(),
                    patient.login().withConnectTimeout(Duration.ofMillis(100)),
                    patient.tls(),
                    Duration.ofSeconds(5));
            UnreachableException hung = catchThrowableOfType(
                    UnreachableException.class,
                    () -> Server.of(impatient).connect().close());
            assertThat(hung.code()).isEqualTo(CloneErrorCode.CONNECT_FAILED);
            assertThat(hung).hasMessageContaining("100 ms");
        }
    }

    private static DonorServer start() throws IOException {
        return DonorServer.start(DonorConfig.builder(
                        MadeData.builder(1).systemTablespace(64 << 10).build())
                .account(new Account("asker", PASSWORD, AuthPlugin.MYSQL_NATIVE_PASSWORD, true))
                .build());
    }

    private static Server server(int port, String password) {
        return Server.of(connector(port, password));
    }

    private static ServerConnector connector(int port, String password) {
        return new ServerConnector(
                new DonorAddress("127.0.0.1", port),
                LoginSettings.of("asker", Password.of(password.toCharArray())),
                TlsSettings.DEFAULT.withSslMode(SslMode.DISABLED),
                Duration.ofSeconds(10));
    }
}

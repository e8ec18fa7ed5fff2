package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jclone.protocol.auth.AuthenticationException;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.netty.ServerErrorException;
import org.jclone.protocol.netty.TlsNotOfferedException;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorTranslatorTest {

    private final ErrorTranslator errors = new ErrorTranslator(new DonorAddress("db1", 3306));

    static List<Arguments> failures() {
        return List.of(
                Arguments.of(
                        new ConnectException("Connection refused: db1/192.0.2.1:3306"),
                        CloneErrorCode.CONNECT_FAILED,
                        "cannot connect to db1:3306: Connection refused",
                        "bind_address"),
                Arguments.of(
                        new UnknownHostException("db1"),
                        CloneErrorCode.CONNECT_FAILED,
                        "cannot connect to db1:3306: no such host",
                        "Check host and port"),
                Arguments.of(
                        new NoRouteToHostException("No route to host: db1/192.0.2.1:3306"),
                        CloneErrorCode.CONNECT_FAILED,
                        "cannot connect to db1:3306: No route to host",
                        "firewalls"),
                Arguments.of(
                        new ConnectTimeoutException("connection timed out after 10000 ms: db1/192.0.2.1:3306"),
                        CloneErrorCode.CONNECT_FAILED,
                        "cannot connect to db1:3306: connection timed out after 10000 ms",
                        "firewalls"),
                Arguments.of(
                        DonorTimeoutException.login(Duration.ofSeconds(10)),
                        CloneErrorCode.CONNECT_FAILED,
                        "no login at db1:3306: no complete login within 10000 ms",
                        "--connect-timeout"),
                Arguments.of(
                        new ClosedChannelException(),
                        CloneErrorCode.CONNECTION_LOST,
                        "the connection to db1:3306 was lost in FILE COPY: the donor closed it",
                        "error log"),
                Arguments.of(
                        new SocketException("Connection reset"),
                        CloneErrorCode.CONNECTION_LOST,
                        "the connection to db1:3306 was lost in FILE COPY: Connection reset",
                        "Then clone again"),
                Arguments.of(
                        new IOException(),
                        CloneErrorCode.CONNECTION_LOST,
                        "the connection to db1:3306 was lost in FILE COPY: IOException",
                        "error log"),
                Arguments.of(
                        DonorTimeoutException.silence(Duration.ofSeconds(30)),
                        CloneErrorCode.CONNECTION_LOST,
                        "the connection to db1:3306 was lost in FILE COPY: the donor has been silent for 30 s",
                        "error log"),
                Arguments.of(
                        AuthenticationException.furtherFactor(2, "webauthn"),
                        CloneErrorCode.ACCESS_DENIED,
                        "login at db1:3306: the account requires authentication factor 2, plugin 'webauthn'",
                        "--password2"),
                Arguments.of(
                        AuthenticationException.unknownPlugin("authentication_ldap_sasl_client"),
                        CloneErrorCode.ACCESS_DENIED,
                        "login at db1:3306: authentication plugin 'authentication_ldap_sasl_client' is not supported",
                        "authentication_ldap_simple"),
                Arguments.of(
                        AuthenticationException.unknownPlugin("authentication_kerberos_client"),
                        CloneErrorCode.ACCESS_DENIED,
                        "login at db1:3306: authentication plugin 'authentication_kerberos_client' is not supported",
                        "with a password"),
                Arguments.of(
                        AuthenticationException.unknownPlugin("authentication_webauthn_client"),
                        CloneErrorCode.ACCESS_DENIED,
                        "login at db1:3306: authentication plugin 'authentication_webauthn_client' is not supported",
                        "a password only"),
                Arguments.of(
                        AuthenticationException.unknownPlugin("dialog"),
                        CloneErrorCode.ACCESS_DENIED,
                        "login at db1:3306: authentication plugin 'dialog' is not supported",
                        "caching_sha2_password"),
                Arguments.of(
                        new TlsNotOfferedException(),
                        CloneErrorCode.TLS_FAILED,
                        "db1:3306 does not offer TLS",
                        "--ssl-mode=PREFERRED"),
                Arguments.of(
                        new SSLHandshakeException("unable to find a path"),
                        CloneErrorCode.TLS_FAILED,
                        "TLS with db1:3306 failed: unable to find a path",
                        "--ssl-cert"),
                Arguments.of(
                        new DecoderException(new SSLException("bad record")),
                        CloneErrorCode.TLS_FAILED,
                        "TLS with db1:3306 failed: bad record",
                        "--ssl-cert"),
                Arguments.of(
                        new SSLHandshakeException("Received fatal alert: protocol_version"),
                        CloneErrorCode.TLS_FAILED,
                        "TLS with db1:3306 failed: no TLS version is accepted by both sides"
                                + " (Received fatal alert: protocol_version)",
                        "--tls-version"),
                Arguments.of(
                        new SSLHandshakeException("error:1000042e:SSL routines::TLSV1_ALERT_PROTOCOL_VERSION"),
                        CloneErrorCode.TLS_FAILED,
                        "TLS with db1:3306 failed: no TLS version is accepted by both sides"
                                + " (error:1000042e:SSL routines::TLSV1_ALERT_PROTOCOL_VERSION)",
                        "--tls-version"),
                Arguments.of(
                        new MalformedPacketException("HandshakeV10", "protocolVersion", 0, "72 (expected: 10)"),
                        CloneErrorCode.PROTOCOL,
                        "db1:3306 sent what is not the clone protocol, in FILE COPY:"
                                + " HandshakeV10.protocolVersion at offset 0: 72 (expected: 10)",
                        "3306, not 33060"),
                Arguments.of(
                        new UnexpectedPacketException("FILE_COPY", "the end of PAGE_COPY"),
                        CloneErrorCode.PROTOCOL,
                        "db1:3306 sent what is not the clone protocol, in FILE COPY:"
                                + " unexpected packet: the end of PAGE_COPY (expected: FILE_COPY)",
                        "proxy"),
                Arguments.of(
                        new ServerErrorException(
                                new ErrPacket(1227, "42000", "denied"),
                                ServerErrorException.Moment.ENTERING_CLONE_MODE),
                        CloneErrorCode.PRIVILEGE_MISSING,
                        "db1:3306 said, in FILE COPY: error 1227 (42000): denied",
                        "BACKUP_ADMIN"),
                Arguments.of(
                        new CloneErrorResponseException(
                                new ErrorResponse(1226, "one has exceeded 'max_user_connections'")),
                        CloneErrorCode.DONOR_BUSY,
                        "db1:3306 said, in FILE COPY: error 1226: one has exceeded 'max_user_connections'",
                        "MAX_USER_CONNECTIONS"),
                Arguments.of(
                        new CloneErrorResponseException(new ErrorResponse(3634, "busy")),
                        CloneErrorCode.DONOR_BUSY,
                        "db1:3306 said, in FILE COPY: error 3634: busy",
                        "KILL"),
                Arguments.of(
                        new IllegalStateException("oops"),
                        CloneErrorCode.INTERNAL,
                        "a bug in jclone, in FILE COPY: java.lang.IllegalStateException: oops",
                        "report it"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysWhatHappenedAndWhatToDo(Throwable thrown, CloneErrorCode code, String message, String hintPart) {
        for (Throwable outer :
                new Throwable[] {thrown, new CompletionException(thrown), new ExecutionException(thrown)}) {
            CloneException failure = errors.translate(outer, "in FILE COPY");

            assertThat(failure).hasMessage(message);
            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure.hint()).contains(hintPart);
        }
    }

    @Test
    void keepsTheCauseOfWhatItTranslates() {
        IOException cause = new IOException("broken pipe");

        assertThat(errors.translate(new CompletionException(cause), "in INIT")).hasCause(cause);
    }

    @Test
    void keepsTheNumberAndWordsOfTheDonor() {
        CloneException failure =
                errors.translate(new CloneErrorResponseException(new ErrorResponse(3862, "inner")), "in PAGE COPY");

        assertThat(failure).isInstanceOfSatisfying(DonorErrorException.class, refused -> {
            assertThat(refused.donorError()).isEqualTo(3862);
            assertThat(refused.donorText()).isEqualTo("inner");
            assertThat(refused.sqlState()).isEmpty();
        });
    }

    @Test
    void keepsWhatIsAlreadyTranslated() {
        StorageException failure =
                new StorageException(CloneErrorCode.DISK_FULL, "full", "free some", Path.of("/data"), -1, null);

        assertThat(errors.translate(failure, "in FILE COPY")).isSameAs(failure);
        assertThat(errors.translate(new CompletionException(new ExecutionException(failure)), "in FILE COPY"))
                .isSameAs(failure);
    }
}

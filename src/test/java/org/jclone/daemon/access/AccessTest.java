package org.jclone.daemon.access;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jclone.daemon.http.Access;
import org.jclone.daemon.http.Caller;
import org.jclone.daemon.http.HttpLimits;
import org.jclone.daemon.http.HttpServer;
import org.jclone.daemon.http.ListenAddress;
import org.jclone.daemon.http.Method;
import org.jclone.daemon.http.Peer;
import org.jclone.daemon.http.ProblemException;
import org.jclone.daemon.http.Response;
import org.jclone.daemon.http.Role;
import org.jclone.daemon.http.Route;
import org.jclone.daemon.http.Router;
import org.jclone.daemon.http.TlsFiles;
import org.jclone.donor.api.TlsAuthority;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may call, over real sockets. */
class AccessTest {

    private static final String TOKEN = "t".repeat(40);

    @TempDir
    private Path folder;

    private final HttpServer server = new HttpServer(
            new Router(List.of(
                    Route.of(Method.GET, "/who", request -> Response.of(200, "text/plain", name(request.caller()))),
                    Route.of(Method.POST, "/who", request -> Response.of(200, "text/plain", name(request.caller()))),
                    Route.open("/livez", request -> Response.of(200, "text/plain", "ok")))),
            HttpLimits.DEFAULT,
            InstantSource.system());

    @AfterEach
    void close() {
        server.close();
    }

    private static String name(Caller caller) {
        return caller.name() + ' ' + caller.role();
    }

    private static Peer user(int uid) {
        return new Peer(OptionalInt.of(uid), Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void admitsRootTheDaemonsUserAndThoseListed() throws ProblemException {
        Access access = new SocketUsers(100, Set.of(200), Set.of(300));
        assertThat(access.admit(user(0)).role()).isEqualTo(Role.OPERATE);
        assertThat(access.admit(user(100)).role()).isEqualTo(Role.OPERATE);
        assertThat(access.admit(user(200)).role()).isEqualTo(Role.OPERATE);
        assertThat(access.admit(user(300))).isEqualTo(new Caller("uid 300", Role.READ));
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> access.admit(user(400)))
                .satisfies(e -> assertThat(e.problem().status()).isEqualTo(403))
                .withMessageContaining("uid 400 may not use this daemon");
        Peer remote = new Peer(OptionalInt.empty(), Optional.empty(), Optional.of(TOKEN), Optional.empty());
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> access.admit(remote));
    }

    @Test
    void knowsTheUserAtTheOtherEndOfAUnixSocket() throws Exception {
        int self = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Path socket = folder.resolve("socket");
        server.listen(new ListenAddress.UnixSocket(socket), new SocketUsers(self, Set.of(), Set.of()));
        assertThat(askUnix(socket)).startsWith("HTTP/1.1 200").endsWith("uid " + self + " OPERATE");
        server.close();
        assertThat(socket).doesNotExist();
    }

    @Test
    void replacesTheSocketOfADaemonThatDiedButNotOfOneThatLives() throws Exception {
        Path socket = folder.resolve("socket");
        Access everyone = peer -> new Caller("x", Role.READ);
        try (var dead = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        server.listen(new ListenAddress.UnixSocket(socket), everyone);
        assertThat(askUnix(socket)).startsWith("HTTP/1.1 200");
        try (HttpServer second = new HttpServer(new Router(List.of()), HttpLimits.DEFAULT, InstantSource.system())) {
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(() -> second.listen(new ListenAddress.UnixSocket(socket), everyone))
                    .withMessageContaining("another process answers there");
        }
        assertThat(askUnix(socket)).startsWith("HTTP/1.1 200");
        Path file = Files.writeString(folder.resolve("file"), "precious");
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> server.listen(new ListenAddress.UnixSocket(file), everyone))
                .withMessageContaining("is no socket");
        assertThat(file).hasContent("precious");
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> server.listen(new ListenAddress.UnixSocket(fifo), everyone))
                .withMessageContaining("is no socket");
        assertThat(fifo).exists();
    }

    private static String askUnix(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(
                    ByteBuffer.wrap("GET /who HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".getBytes(US_ASCII)));
            InputStream in = Channels.newInputStream(channel);
            return new String(in.readAllBytes(), US_ASCII);
        }
    }

    @Test
    void needsTlsBeyondThisMachine() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new ListenAddress.Tcp(new InetSocketAddress("0.0.0.0", 0), Optional.empty()))
                .withMessageContaining("needs api-tls-cert");
    }

    @Test
    void admitsTokensAndCertificatesOverTls() throws Exception {
        TlsAuthority authority = new TlsAuthority("Test CA");
        TlsIdentity own = authority.donor("127.0.0.1", Instant.now().minusSeconds(3600));
        Path certificate = Files.writeString(folder.resolve("cert.pem"), own.certificatePem());
        Path key = Files.writeString(folder.resolve("key.pem"), own.keyPem());
        Path authorities = Files.writeString(folder.resolve("ca.pem"), authority.certificatePem());
        ApiTokens tokens = ApiTokens.parse(List.of("read grafana " + TOKEN));
        BrowserSessions sessions = new BrowserSessions(() -> tokens, InstantSource.system());
        int port = server.listen(
                        new ListenAddress.Tcp(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                Optional.of(new TlsFiles(certificate, key, Optional.of(authorities)))),
                        new NetworkCallers(() -> tokens, sessions, Set.of("ansible")))
                .orElseThrow()
                .getPort();
        URI who = URI.create("https://127.0.0.1:" + port + "/who");

        HttpClient plain = client(authority, Optional.empty());
        assertThat(plain.send(HttpRequest.newBuilder(who).build(), text()).statusCode())
                .isEqualTo(401);
        assertThat(plain.send(HttpRequest.newBuilder(who.resolve("/livez")).build(), text())
                        .body())
                .isEqualTo("ok");
        HttpRequest.Builder withToken = HttpRequest.newBuilder(who).header("Authorization", "Bearer " + TOKEN);
        assertThat(plain.send(withToken.build(), text()).body()).isEqualTo("token grafana READ");
        HttpResponse<String> change =
                plain.send(withToken.POST(HttpRequest.BodyPublishers.noBody()).build(), text());
        assertThat(change.statusCode()).isEqualTo(403);
        HttpRequest wrong = HttpRequest.newBuilder(who)
                .header("Authorization", "Bearer x" + TOKEN)
                .build();
        assertThat(plain.send(wrong, text()).body())
                .contains("the token is not known")
                .doesNotContain(TOKEN);

        HttpClient operator = client(authority, Optional.of(authority.client("ansible")));
        assertThat(operator.send(HttpRequest.newBuilder(who).build(), text()).body())
                .isEqualTo("certificate ansible OPERATE");
        HttpClient other = client(authority, Optional.of(authority.client("prometheus")));
        assertThat(other.send(HttpRequest.newBuilder(who).build(), text()).body())
                .isEqualTo("certificate prometheus READ");
        HttpClient stranger = client(authority, Optional.of(new TlsAuthority("Other CA").client("ansible")));
        // The JDK shows no certificate whose authority the server does not name; others would fail in the handshake.
        assertThat(stranger.send(HttpRequest.newBuilder(who).build(), text()).statusCode())
                .isEqualTo(401);
    }

    private static HttpResponse.BodyHandler<String> text() {
        return HttpResponse.BodyHandlers.ofString();
    }

    private static HttpClient client(TlsAuthority authority, Optional<TlsIdentity> identity) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null);
        trusted.setCertificateEntry("ca", authority.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null);
        if (identity.isPresent()) {
            own.setKeyEntry(
                    "me",
                    identity.get().key(),
                    new char[0],
                    identity.get().chain().toArray(java.security.cert.Certificate[]::new));
        }
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .build();
    }
}

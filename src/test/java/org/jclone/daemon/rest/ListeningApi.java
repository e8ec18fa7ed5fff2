package org.jclone.daemon.rest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.http.ListenAddress;

/** The API and the page on a TCP port of this machine, with a token for each role, and a client. */
public final class ListeningApi implements AutoCloseable {

    public static final String OPERATOR = "o".repeat(40);
    public static final String READER = "r".repeat(40);

    private final Path tokens;
    private final ApiServer server;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /** @param folder for the file with the tokens */
    public ListeningApi(Path folder, DaemonService daemon, Supplier<String> metrics) throws Exception {
        tokens = Files.createFile(
                folder.resolve("tokens"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(tokens, "operate ci " + OPERATOR + "\nread grafana " + READER + "\n");
        ApiSettings settings = new ApiSettings(
                folder.resolve("socket"),
                List.of(),
                Set.of(),
                Set.of(),
                Optional.of(new ListenAddress.Tcp(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty())),
                Optional.of(tokens),
                Set.of());
        server = ApiServer.start(settings, daemon, metrics, InstantSource.system());
    }

    public ApiServer server() {
        return server;
    }

    /** Removes the token of the reader from the file. */
    public void removeReader() throws IOException {
        Files.writeString(tokens, "operate ci " + OPERATOR + "\n");
    }

    public int port() {
        return server.address().orElseThrow().getPort();
    }

    public String origin() {
        return "http://127.0.0.1:" + port();
    }

    /** Returns a request without credentials. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(origin() + path)).timeout(Duration.ofSeconds(20));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        server.close();
    }
}

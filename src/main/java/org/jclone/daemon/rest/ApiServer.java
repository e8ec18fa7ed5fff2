package org.jclone.daemon.rest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jclone.daemon.access.ApiTokens;
import org.jclone.daemon.access.NetworkCallers;
import org.jclone.daemon.access.SocketUsers;
import org.jclone.daemon.access.TokenFile;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.http.HttpLimits;
import org.jclone.daemon.http.HttpServer;
import org.jclone.daemon.http.ListenAddress;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.explain.Failure;

/** The API of a running daemon: its listeners, and who may use which. */
public final class ApiServer implements AutoCloseable {

    private final HttpServer server;
    private final Optional<Path> tokenFile;
    private volatile ApiTokens tokens = ApiTokens.NONE;
    private Optional<InetSocketAddress> address = Optional.empty();

    private ApiServer(HttpServer server, Optional<Path> tokenFile) {
        this.server = server;
        this.tokenFile = tokenFile;
    }

    /**
     * Opens the listeners.
     *
     * @param metrics in the text format of Prometheus
     */
    public static ApiServer start(
            ApiSettings settings, DaemonService service, Supplier<String> metrics, InstantSource clock)
            throws CloneException {
        HttpServer server = new HttpServer(new Api(service, metrics).router(), HttpLimits.DEFAULT, clock);
        ApiServer api = new ApiServer(server, settings.tokens());
        try {
            api.reloadTokens();
            api.listen(settings);
            return api;
        } catch (CloneException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void listen(ApiSettings settings) throws CloneException {
        SocketUsers users = new SocketUsers(ownUid(), settings.operators(), settings.readers());
        ListenAddress local = settings.inherited().isPresent()
                ? new ListenAddress.Inherited(settings.inherited().getAsInt())
                : new ListenAddress.UnixSocket(settings.socket());
        server.listen(local, users);
        if (settings.listen().isPresent()) {
            address = server.listen(settings.listen().get(), new NetworkCallers(() -> tokens, settings.certificates()));
        }
    }

    private static int ownUid() throws CloneException {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw Failure.Usage.API_SOCKET.exception("cannot read the own uid: " + FileReason.of(e), e);
        }
    }

    /** Returns the TCP address in use. */
    public Optional<InetSocketAddress> address() {
        return address;
    }

    /** Reads tokens and certificates again. If a file has a fault, those of before stay in use. */
    public void reload() throws CloneException {
        reloadTokens();
        server.reloadTls();
    }

    private void reloadTokens() throws CloneException {
        if (tokenFile.isPresent()) {
            tokens = TokenFile.read(tokenFile.get());
        }
    }

    @Override
    public void close() {
        server.close();
    }
}

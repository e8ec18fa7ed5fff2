package org.jclone.daemon.rest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jclone.daemon.access.ApiTokens;
import org.jclone.daemon.access.BrowserSessions;
import org.jclone.daemon.access.NetworkCallers;
import org.jclone.daemon.access.SocketUsers;
import org.jclone.daemon.access.TokenFile;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.http.HttpLimits;
import org.jclone.daemon.http.HttpServer;
import org.jclone.daemon.http.ListenAddress;
import org.jclone.daemon.http.Route;
import org.jclone.daemon.http.Router;
import org.jclone.daemon.page.Pages;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.explain.Failure;

/** The API and the page of a running daemon: their listeners, and who may use which. */
public final class ApiServer implements AutoCloseable {

    private final HttpServer server;
    private final Pages pages;
    private final BrowserSessions sessions;
    private final Optional<Path> tokenFile;
    private volatile ApiTokens tokens = ApiTokens.NONE;
    private Optional<InetSocketAddress> address = Optional.empty();

    private ApiServer(DaemonService service, Supplier<String> metrics, Optional<Path> tokenFile, InstantSource clock) {
        this.tokenFile = tokenFile;
        this.sessions = new BrowserSessions(() -> tokens, clock);
        this.pages = new Pages(service, sessions, hostName(), clock);
        List<Route> routes = new ArrayList<>(new Api(service, metrics).router().routes());
        routes.addAll(pages.routes());
        this.server = new HttpServer(new Router(routes), HttpLimits.DEFAULT, clock);
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Opens the listeners.
     *
     * @param metrics in the text format of Prometheus
     */
    public static ApiServer start(
            ApiSettings settings, DaemonService service, Supplier<String> metrics, InstantSource clock)
            throws CloneException {
        ApiServer api = new ApiServer(service, metrics, settings.tokens(), clock);
        try {
            api.reloadTokens();
            api.listen(settings);
            return api;
        } catch (CloneException | RuntimeException e) {
            api.close();
            throw e;
        }
    }

    private void listen(ApiSettings settings) throws CloneException {
        SocketUsers users = new SocketUsers(ownUid(), settings.operators(), settings.readers());
        NetworkCallers network = new NetworkCallers(() -> tokens, sessions, settings.certificates());
        boolean hasLocal = false;
        for (ListenAddress passed : settings.inherited()) {
            boolean isLocal = passed instanceof ListenAddress.Inherited;
            server.listen(passed, isLocal ? users : network);
            hasLocal |= isLocal;
        }
        if (!hasLocal) {
            server.listen(new ListenAddress.UnixSocket(settings.socket()), users);
        }
        if (settings.listen().isPresent()) {
            address = server.listen(settings.listen().get(), network);
        }
    }

    private static int ownUid() throws CloneException {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw Failure.Daemon.API_SOCKET.exception("cannot read the own uid: " + FileReason.of(e), e);
        }
    }

    /** Returns the TCP address in use. */
    public Optional<InetSocketAddress> address() {
        return address;
    }

    /** Reads tokens and certificates again. If one has a fault, the previous ones stay in use. */
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
        pages.close();
        server.close();
    }
}

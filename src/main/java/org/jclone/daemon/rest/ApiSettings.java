package org.jclone.daemon.rest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jclone.daemon.http.ListenAddress;
import org.jclone.daemon.http.TlsFiles;

/**
 * Where the API is, and who may use it.
 *
 * @param socket the path of the Unix socket
 * @param inherited the sockets that the service manager opened; a Unix socket among them replaces that path
 * @param operators uids that may do everything through the socket, besides root and the daemon's user
 * @param readers uids that may only read
 * @param listen a TCP address; needs {@code tokens}, or authorities of clients
 * @param tokens the file with the tokens
 * @param certificates common names or DNS names of the certificates of operators
 */
public record ApiSettings(
        Path socket,
        List<ListenAddress> inherited,
        Set<Integer> operators,
        Set<Integer> readers,
        Optional<ListenAddress.Tcp> listen,
        Optional<Path> tokens,
        Set<String> certificates) {

    /** Where the socket is, unless another path is given. */
    public static final Path DEFAULT_SOCKET = Path.of("/run/jclone/jclone.sock");

    public ApiSettings {
        Objects.requireNonNull(socket, "socket");
        operators = Set.copyOf(operators);
        readers = Set.copyOf(readers);
        certificates = Set.copyOf(certificates);
        inherited = List.copyOf(inherited);
        List<Optional<TlsFiles>> reachable = new ArrayList<>();
        listen.ifPresent(tcp -> reachable.add(tcp.tls()));
        inherited.stream()
                .filter(ListenAddress.InheritedTcp.class::isInstance)
                .forEach(each -> reachable.add(((ListenAddress.InheritedTcp) each).tls()));
        boolean useless = tokens.isEmpty()
                && reachable.stream()
                        .anyMatch(
                                tls -> tls.flatMap(TlsFiles::clientAuthorities).isEmpty());
        if (useless) {
            throw new IllegalArgumentException(
                    "api-listen: nobody could use it; it needs api-token-file, or api-tls-client-ca");
        }
    }

    /** Returns settings for a Unix socket only. */
    public static ApiSettings ofSocket(Path socket) {
        return new ApiSettings(socket, List.of(), Set.of(), Set.of(), Optional.empty(), Optional.empty(), Set.of());
    }
}

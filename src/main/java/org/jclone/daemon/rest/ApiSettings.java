package org.jclone.daemon.rest;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jclone.daemon.http.ListenAddress;
import org.jclone.daemon.http.TlsFiles;

/**
 * Where the API is, and who may use it.
 *
 * @param socket the path of the Unix socket
 * @param inherited the descriptor of a Unix socket that the service manager opened, instead of that path
 * @param operators uids that may do everything through the socket, besides root and the daemon's user
 * @param readers uids that may look
 * @param listen a TCP address; needs {@code tokens}, or authorities of clients
 * @param tokens the file with the tokens
 * @param certificates common names or DNS names of the certificates of operators
 */
public record ApiSettings(
        Path socket,
        OptionalInt inherited,
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
        boolean authorities = listen.flatMap(ListenAddress.Tcp::tls)
                .flatMap(TlsFiles::clientAuthorities)
                .isPresent();
        if (listen.isPresent() && tokens.isEmpty() && !authorities) {
            throw new IllegalArgumentException(
                    "api-listen: nobody could use it; it needs api-token-file, or api-tls-client-ca");
        }
    }

    /** Returns settings for a Unix socket only. */
    public static ApiSettings ofSocket(Path socket) {
        return new ApiSettings(
                socket, OptionalInt.empty(), Set.of(), Set.of(), Optional.empty(), Optional.empty(), Set.of());
    }
}

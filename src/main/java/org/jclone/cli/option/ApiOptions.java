package org.jclone.cli.option;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.daemon.http.ListenAddress;
import org.jclone.daemon.http.TlsFiles;
import org.jclone.daemon.rest.ApiSettings;
import org.jclone.daemon.systemd.PassedSockets;
import org.jclone.daemon.systemd.PassedSockets.PassedSocket;
import org.jclone.recipient.api.DonorAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Where the API of the daemon is, and who may use it; the group [daemon] of its file has the same. */
@Command(optionListHeading = "API")
public final class ApiOptions {

    private static final String SOCKET_NAME = "jclone.sock";

    @Option(
            names = "--api-socket",
            paramLabel = "PATH",
            description =
                    "Unix socket of the API. The default is jclone.sock in the runtime directory of the systemd unit,"
                            + " or in --state-dir. A Unix socket that systemd passes on comes first.")
    private Path socket;

    @Option(
            names = "--api-operators",
            paramLabel = "UID",
            split = ",",
            description = "Users who may do everything through the socket, besides root and the user of the daemon.")
    private List<Integer> operators = List.of();

    @Option(
            names = "--api-readers",
            paramLabel = "UID",
            split = ",",
            description = "Users who may look through the socket, and change nothing.")
    private List<Integer> readers = List.of();

    @Option(
            names = "--api-listen",
            paramLabel = "HOST:PORT",
            converter = ConnectionOptions.DonorConverter.class,
            description =
                    "TCP address of the API. It needs --api-token-file or --api-tls-client-ca, and TLS unless it is a"
                            + " loopback address.")
    private DonorAddress listen;

    @Option(
            names = "--api-token-file",
            paramLabel = "FILE",
            description = "Who may use the TCP address: lines with role (read or operate), name and token. Mode 0600.")
    private Path tokens;

    @Option(
            names = "--api-tls-cert",
            paramLabel = "FILE",
            description = "Certificate of the TCP address, with its chain, as PEM.")
    private Path certificate;

    @Option(names = "--api-tls-key", paramLabel = "FILE", description = "Its key, as PEM without a password.")
    private Path key;

    @Option(
            names = "--api-tls-client-ca",
            paramLabel = "FILE",
            description = "Authorities whose clients may look, as PEM.")
    private Path authorities;

    @Option(
            names = "--api-tls-operators",
            paramLabel = "NAME",
            split = ",",
            description = "Common names or DNS names of the certificates of clients who may do everything.")
    private List<String> certificates = List.of();

    /**
     * @param environment of the process
     * @param pid of the process
     * @throws IllegalArgumentException if options contradict each other
     */
    public ApiSettings settings(Path stateDirectory, Map<String, String> environment, long pid) {
        return new ApiSettings(
                socket(stateDirectory, environment),
                inherited(environment, pid),
                Set.copyOf(operators),
                Set.copyOf(readers),
                listen == null ? Optional.empty() : Optional.of(new ListenAddress.Tcp(address(), tls())),
                Optional.ofNullable(tokens),
                Set.copyOf(certificates));
    }

    private Path socket(Path stateDirectory, Map<String, String> environment) {
        if (socket != null) {
            return socket.toAbsolutePath().normalize();
        }
        // systemd separates several directories by colons.
        String runtime = environment.getOrDefault("RUNTIME_DIRECTORY", "").split(":", 2)[0];
        return (runtime.isEmpty() ? stateDirectory : Path.of(runtime)).resolve(SOCKET_NAME);
    }

    private List<ListenAddress> inherited(Map<String, String> environment, long pid) {
        List<ListenAddress> addresses = new ArrayList<>();
        for (PassedSocket passed : PassedSockets.of(environment, pid)) {
            addresses.add(
                    switch (passed.family()) {
                        case UNIX -> new ListenAddress.Inherited(passed.descriptor());
                        case TCP -> new ListenAddress.InheritedTcp(passed.descriptor(), tls());
                    });
        }
        return addresses;
    }

    private InetSocketAddress address() {
        try {
            return new InetSocketAddress(InetAddress.getByName(listen.host()), listen.port());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--api-listen: unknown host: " + listen.host());
        }
    }

    private Optional<TlsFiles> tls() {
        if (certificate == null && key == null && authorities == null) {
            return Optional.empty();
        }
        if (certificate == null || key == null) {
            throw new IllegalArgumentException("--api-tls-cert and --api-tls-key need each other");
        }
        return Optional.of(new TlsFiles(certificate, key, Optional.ofNullable(authorities)));
    }
}

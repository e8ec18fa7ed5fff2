package org.jclone.cli.option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The donor, and the account that logs in. */
@Command(optionListHeading = "Donor")
public final class ConnectionOptions {

    /** The options that identify a donor. */
    static final String WAYS = "--donor=HOST[:PORT] (or --host=HOST, or --socket=FILE)";

    @Option(
            names = "--donor",
            paramLabel = "HOST[:PORT]",
            converter = DonorConverter.class,
            description =
                    "The server to clone: a host name, an IPv4 address, or an IPv6 address in brackets. The default"
                            + " port is 3306. jclone fetch, provision and donors choose among several, and among the"
                            + " servers of a service in the DNS (SRV records), such as _mysql._tcp.example.com.")
    private List<DonorAddress> donors;

    @Option(
            names = {"--host", "-h"},
            paramLabel = "HOST",
            description = "Host of the donor, as in MySQL's clients, instead of --donor; an IPv6 address needs no"
                    + " brackets.")
    private String host;

    @Option(
            names = {"--port", "-P"},
            paramLabel = "PORT",
            description = "Port for --host. The default is 3306.")
    @Range(min = 1, max = 65535)
    private Integer port;

    @Option(
            names = {"--socket", "-S"},
            paramLabel = "FILE",
            description = "Unix socket of a server on this machine, instead of --donor. A secure transport for the"
                    + " password, as in MySQL; TLS is used only if --ssl-mode requires it.")
    private Path socket;

    @Option(
            names = {"--user", "-u"},
            paramLabel = "USER",
            required = true,
            description = "Account on the donor; it needs the BACKUP_ADMIN privilege.")
    private String user;

    @Mixin
    private PasswordOptions password;

    @Mixin
    private FactorOptions factors;

    @Option(
            names = "--connect-timeout",
            paramLabel = "SECONDS",
            description = "Maximum time for TCP connect, TLS and login of one connection.")
    @Range(min = 1, max = 3600)
    private long connectTimeoutSeconds = LoginSettings.DEFAULT_CONNECT_TIMEOUT.toSeconds();

    @Option(
            names = "--valid-donor-list",
            paramLabel = "HOST:PORT[,HOST:PORT]",
            converter = ValidDonors.Converter.class,
            description = "Clone from these donors only, as clone_valid_donor_list. A donor must be in each given list,"
                    + " so the command line cannot widen the list of an option file. A list in /etc/my.cnf or"
                    + " /etc/mysql/my.cnf that only root can write counts with --no-defaults, too.")
    private List<ValidDonors> validDonors = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "HOST:PORT[,HOST:PORT]",
            converter = ValidDonors.Converter.class,
            description = "Do not connect to these donors, whether they are named or found.")
    private List<ValidDonors> excluded = List.of();

    public PasswordOptions password() {
        return password;
    }

    public FactorOptions factors() {
        return factors;
    }

    /**
     * Returns the donor's address. As in MySQL, a socket counts only if no host is named, or the host is localhost.
     *
     * @throws UsageException if the donor is missing, given twice, or not a valid donor
     */
    public DonorAddress address() throws UsageException {
        List<DonorAddress> all = addresses();
        if (all.size() > 1 || all.get(0).isService()) {
            throw new UsageException(
                    "give exactly one --donor, and no name of a service; jclone donors compares several");
        }
        return all.get(0);
    }

    /**
     * Returns the addresses of all given donors, at least one.
     *
     * @throws UsageException if there is none, or one is not a valid donor
     */
    public List<DonorAddress> addresses() throws UsageException {
        List<DonorAddress> addresses = namedAddresses().stream()
                .filter(address -> !isExcluded(address))
                .toList();
        if (addresses.isEmpty()) {
            throw new UsageException("--exclude names every donor");
        }
        for (DonorAddress address : addresses) {
            Optional<String> prohibition = prohibition(address);
            if (prohibition.isPresent()) {
                throw new UsageException(address + " " + prohibition.get());
            }
        }
        return addresses;
    }

    /**
     * Returns whether there can be more than one donor.
     *
     * @throws UsageException as {@link #addresses}
     */
    public boolean isSeveral() throws UsageException {
        List<DonorAddress> addresses = addresses();
        return addresses.size() > 1 || addresses.get(0).isService();
    }

    /** Returns why an address must not be connected to; empty if it may. A service is asked for its servers first. */
    public Optional<String> prohibition(DonorAddress address) {
        if (address.isService()) {
            return Optional.empty();
        }
        if (isExcluded(address)) {
            return Optional.of("is excluded by --exclude");
        }
        return validDonors.stream()
                .filter(valid -> !valid.contains(address))
                .findFirst()
                .map(valid -> "is not in --valid-donor-list=" + valid);
    }

    private boolean isExcluded(DonorAddress address) {
        return excluded.stream().anyMatch(list -> list.contains(address));
    }

    private List<DonorAddress> namedAddresses() throws UsageException {
        if (donors != null) {
            if (host != null || port != null || socket != null) {
                throw new UsageException("--donor excludes --host, --port and --socket");
            }
            return donors.stream().distinct().toList();
        }
        try {
            if (socket != null && (host == null || host.equalsIgnoreCase("localhost"))) {
                return List.of(DonorAddress.ofSocket(socket.toAbsolutePath()));
            }
            if (host != null) {
                return List.of(new DonorAddress(host, port == null ? DonorAddress.DEFAULT_PORT : port));
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
        throw new UsageException("missing: " + WAYS);
    }

    /** Tells whether a command that needs a donor has none. */
    static boolean isDonorMissing(CommandSpec command) {
        return command.mixins().containsKey("connection")
                && Stream.of("--donor", "--host", "--socket")
                        .allMatch(name -> command.findOption(name).getValue() == null);
    }

    public LoginSettings login(Password given) {
        return new LoginSettings(user, given, Duration.ofSeconds(connectTimeoutSeconds));
    }

    /** {@link DonorAddress#parse}. */
    static final class DonorConverter implements ITypeConverter<DonorAddress> {

        @Override
        public DonorAddress convert(String text) {
            try {
                return DonorAddress.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}

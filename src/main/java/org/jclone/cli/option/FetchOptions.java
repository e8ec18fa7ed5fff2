package org.jclone.cli.option;

import static org.jclone.cli.option.Option.Section.CLONE;
import static org.jclone.cli.option.Option.Section.DONOR;
import static org.jclone.cli.option.Option.Section.OUTPUT;
import static org.jclone.cli.option.Option.Section.TARGET;
import static org.jclone.cli.option.Option.Section.TLS;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.SslMode;

/** The options of {@code jclone fetch}. Names are those of MySQL's clients and of its {@code clone_*} variables. */
public final class FetchOptions {

    /** What stands in the place of a password that was not given but is to be asked for. No argument can hold a NUL. */
    public static final String ASK = "\0ask";

    public static final Option<DonorAddress> DONOR_ADDRESS = Option.of(
                    DONOR,
                    "--donor",
                    "HOST[:PORT]",
                    ValueType.DONOR_ADDRESS,
                    "The server to clone: a name, an IPv4 address or an IPv6 address in brackets. The port is 3306 if"
                            + " none is given.")
            .mandatory();

    public static final Option<String> USER = Option.of(
                    DONOR,
                    "--user",
                    "USER",
                    ValueType.TEXT,
                    "Account on the donor; it needs the BACKUP_ADMIN privilege.")
            .withShortName("-u")
            .mandatory();

    public static final Option<String> PASSWORD = Option.of(
                    DONOR,
                    "--password",
                    "PASSWORD",
                    ValueType.TEXT,
                    "Without a value: ask for it, without echo. A value, which must follow after =, can be seen by"
                            + " every user of the machine; better use --password-file. The environment variable MYSQL_PWD is"
                            + " read where no option is given.")
            .withShortName("-p")
            .orBare(ASK);

    public static final Option<Path> PASSWORD_FILE = Option.of(
            DONOR,
            "--password-file",
            "FILE",
            ValueType.PATH,
            "File whose first line is the password. It should be readable by its owner only.");

    public static final Option<Duration> CONNECT_TIMEOUT = Option.of(
                    DONOR,
                    "--connect-timeout",
                    "SECONDS",
                    ValueType.seconds(Duration.ofSeconds(1), Duration.ofHours(1)),
                    "Longest time for TCP connect, TLS and login of one connection.")
            .withDefault(Duration.ofSeconds(10));

    public static final Option<SslMode> SSL_MODE = Option.of(
                    TLS,
                    "--ssl-mode",
                    "MODE",
                    ValueType.choice(SslMode.class),
                    "PREFERRED uses TLS if the donor offers it; REQUIRED never goes without; VERIFY_CA also checks the"
                            + " donor's certificate against --ssl-ca, VERIFY_IDENTITY also that it is for this host.")
            .withDefault(SslMode.PREFERRED);

    public static final Option<Path> SSL_CA =
            Option.of(TLS, "--ssl-ca", "FILE", ValueType.PATH, "PEM file of the authorities to trust.");

    public static final Option<Path> SSL_CERT =
            Option.of(TLS, "--ssl-cert", "FILE", ValueType.PATH, "PEM file of a certificate to show to the donor.");

    public static final Option<Path> SSL_KEY =
            Option.of(TLS, "--ssl-key", "FILE", ValueType.PATH, "PEM file of the key to --ssl-cert.");

    public static final Option<Boolean> GET_SERVER_PUBLIC_KEY = Option.flag(
            TLS,
            "--get-server-public-key",
            "Ask the donor for its RSA key to send the password without TLS. Whoever sits in between could answer with"
                    + " a key of his own.");

    public static final Option<Path> SERVER_PUBLIC_KEY_PATH = Option.of(
            TLS,
            "--server-public-key-path",
            "FILE",
            ValueType.PATH,
            "PEM file of the donor's RSA key, to send the password without TLS.");

    public static final Option<Path> DIRECTORY = Option.of(
                    TARGET, "--dir", "DIR", ValueType.PATH, "The new data directory. It must be missing or empty.")
            .mandatory();

    public static final Option<PathMapping> MAP_PATH = Option.of(
                    TARGET,
                    "--map-path",
                    "FROM=TO",
                    ValueType.PATH_MAPPING,
                    "Put tablespaces that the donor keeps outside its data directory, below FROM, below the local"
                            + " directory TO. Without a mapping they go into the new data directory.")
            .anyNumberOfTimes();

    public static final Option<Boolean> DIRECT_IO = Option.of(
                    TARGET,
                    "--direct-io",
                    "ON|OFF",
                    ValueType.ON_OFF,
                    "Write past the page cache where the file system allows it.")
            .withDefault(true)
            .orBare("ON");

    public static final Option<Long> MAX_CONCURRENCY = Option.of(
                    CLONE,
                    "--max-concurrency",
                    "N",
                    ValueType.integer(1, CloneRequest.MAX_CONCURRENCY_LIMIT),
                    "Most connections that carry data at the same time.")
            .withDefault((long) CloneRequest.DEFAULT_MAX_CONCURRENCY);

    public static final Option<Boolean> AUTOTUNE_CONCURRENCY = Option.of(
                    CLONE,
                    "--autotune-concurrency",
                    "ON|OFF",
                    ValueType.ON_OFF,
                    "Find the best number of connections while the clone runs; OFF uses --max-concurrency at once.")
            .withDefault(true)
            .orBare("ON");

    public static final Option<Long> MAX_DATA_BANDWIDTH = Option.of(
                    CLONE,
                    "--max-data-bandwidth",
                    "MIB",
                    ValueType.integer(0, BandwidthLimits.MAX_MIB_PER_SECOND),
                    "Most MiB per second of file contents; 0 is no limit.")
            .withDefault(0L);

    public static final Option<Long> MAX_NETWORK_BANDWIDTH = Option.of(
                    CLONE,
                    "--max-network-bandwidth",
                    "MIB",
                    ValueType.integer(0, BandwidthLimits.MAX_MIB_PER_SECOND),
                    "Most MiB per second on the wire; 0 is no limit.")
            .withDefault(0L);

    public static final Option<Boolean> BLOCK_DDL = Option.of(
                    CLONE,
                    "--block-ddl",
                    "ON|OFF",
                    ValueType.ON_OFF,
                    "Let the donor hold its backup lock, so that no DDL runs there while the clone does.")
            .withDefault(false)
            .orBare("ON");

    public static final Option<Duration> DDL_TIMEOUT = Option.of(
                    CLONE,
                    "--ddl-timeout",
                    "SECONDS",
                    ValueType.seconds(Duration.ZERO, CloneRequest.MAX_DDL_TIMEOUT),
                    "Longest time to wait on the donor for DDL to end, and for DDL there to wait for the clone.")
            .withDefault(CloneRequest.DEFAULT_DDL_TIMEOUT);

    public static final Option<OutputFormat> OUTPUT_FORMAT = Option.of(
                    OUTPUT,
                    "--output",
                    "FORMAT",
                    ValueType.choice(OutputFormat.class),
                    "What goes to standard output: text is a summary at the end; json is one object a line, events"
                            + " and progress first, the result or the error last.")
            .withDefault(OutputFormat.TEXT);

    public static final Option<ProgressStyle> PROGRESS = Option.of(
                    OUTPUT,
                    "--progress",
                    "STYLE",
                    ValueType.choice(ProgressStyle.class),
                    "How progress is shown on standard error; auto is bar on a terminal, none with --output=json, else"
                            + " lines.")
            .withDefault(ProgressStyle.AUTO);

    public static final Option<LogLevel> LOG_LEVEL = Option.of(
                    OUTPUT,
                    "--log-level",
                    "LEVEL",
                    ValueType.choice(LogLevel.class),
                    "What is logged to standard error.")
            .withDefault(LogLevel.WARN);

    public static final Option<Boolean> VERBOSE = Option.flag(
                    OUTPUT, "--verbose", "Log more: once is --log-level=info, twice is debug, three times is trace.")
            .withShortName("-v")
            .anyNumberOfTimes();

    public static final List<Option<?>> ALL = List.of(
            DONOR_ADDRESS,
            USER,
            PASSWORD,
            PASSWORD_FILE,
            CONNECT_TIMEOUT,
            SSL_MODE,
            SSL_CA,
            SSL_CERT,
            SSL_KEY,
            GET_SERVER_PUBLIC_KEY,
            SERVER_PUBLIC_KEY_PATH,
            DIRECTORY,
            MAP_PATH,
            DIRECT_IO,
            MAX_CONCURRENCY,
            AUTOTUNE_CONCURRENCY,
            MAX_DATA_BANDWIDTH,
            MAX_NETWORK_BANDWIDTH,
            BLOCK_DDL,
            DDL_TIMEOUT,
            OUTPUT_FORMAT,
            PROGRESS,
            LOG_LEVEL,
            VERBOSE);

    private FetchOptions() {}
}

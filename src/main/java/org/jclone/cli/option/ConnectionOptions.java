package org.jclone.cli.option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which donor, and who logs in there. */
@Command(optionListHeading = "Donor")
public final class ConnectionOptions {

    /** What stands in the place of a password that was not given but is to be asked for. No argument can hold a NUL. */
    public static final String ASK = "\0ask";

    @Option(
            names = "--donor",
            paramLabel = "HOST[:PORT]",
            required = true,
            converter = DonorConverter.class,
            description =
                    "The server to clone: a name, an IPv4 address or an IPv6 address in brackets. The port is 3306 if"
                            + " none is given.")
    private DonorAddress donor;

    @Option(
            names = {"--user", "-u"},
            paramLabel = "USER",
            required = true,
            description = "Account on the donor; it needs the BACKUP_ADMIN privilege.")
    private String user;

    @Option(
            names = {"--password", "-p"},
            paramLabel = "PASSWORD",
            arity = "0..1",
            fallbackValue = ASK,
            preprocessor = AttachedValue.class,
            description =
                    "Without a value: ask for it, without echo. A value, which must follow after =, can be seen by"
                            + " every user of the machine; better use --password-file. The environment variable MYSQL_PWD is"
                            + " read where no option is given.")
    private String password;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File whose first line is the password. It should be readable by its owner only.")
    private Path passwordFile;

    @Option(
            names = "--connect-timeout",
            paramLabel = "SECONDS",
            description = "Longest time for TCP connect, TLS and login of one connection.")
    @Range(min = 1, max = 3600)
    private int connectTimeoutSeconds = 10;

    /** As it was typed; {@link #ASK} if it is to be asked for. */
    public Optional<String> password() {
        return Optional.ofNullable(password);
    }

    public Optional<Path> passwordFile() {
        return Optional.ofNullable(passwordFile);
    }

    /** Sets everything but the password. */
    public void applyTo(CloneRequest.Builder request) {
        request.donor(donor).user(user).connectTimeout(Duration.ofSeconds(connectTimeoutSeconds));
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

package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the password of an account comes from. */
public final class PasswordOptions {

    /** What stands in the place of a password that was not given but is to be asked for. No argument can hold a NUL. */
    public static final String ASK = "\0ask";

    /** Stands before a password from an option file, which nobody else can see. */
    static final String FROM_FILE = "\0file:";

    @Option(
            names = {"--password", "-p"},
            paramLabel = "PASSWORD",
            arity = "0..1",
            fallbackValue = ASK,
            preprocessor = AttachedValue.class,
            description =
                    "Without a value: ask for it, without echo. A value, which must follow after =, can be seen by"
                            + " every user of the machine; better use --password-file. The environment variable"
                            + " MYSQL_PWD is read where no option is given.")
    private String password;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File whose first line is the password. It should be readable by its owner only.")
    private Path passwordFile;

    @Option(
            names = "--password-fd",
            paramLabel = "N",
            description = "Open file descriptor, such as a pipe's, whose first line is the password.")
    @Range(min = 0, max = 65535)
    private Integer passwordFd;

    /** As it was given; {@link #ASK} if it is to be asked for. */
    public Optional<String> password() {
        return Optional.ofNullable(password)
                .map(text -> text.startsWith(FROM_FILE) ? text.substring(FROM_FILE.length()) : text);
    }

    /** Whether the password stands on the command line itself, for every user of the machine to see. */
    public boolean isPasswordVisible() {
        return password != null && !password.isEmpty() && !password.equals(ASK) && !password.startsWith(FROM_FILE);
    }

    public Optional<Path> passwordFile() {
        return Optional.ofNullable(passwordFile);
    }

    public Optional<Integer> passwordFd() {
        return Optional.ofNullable(passwordFd);
    }
}

package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The source of an account's password. */
public final class PasswordOptions {

    /** Sentinel: prompt for the password. No argument can contain a NUL. */
    public static final String ASK = "\0ask";

    /** Marks a password from an option file, which other users cannot see. */
    static final String FROM_FILE = "\0file:";

    @Option(
            names = {"--password", "-p"},
            paramLabel = "PASSWORD",
            arity = "0..1",
            fallbackValue = ASK,
            preprocessor = AttachedValue.class,
            description = "Without a value: prompt for the password, without echo. A value must follow an equals sign;"
                    + " every user of the machine can see it, so prefer --password-file. Without a password option, jclone"
                    + " reads the environment variable MYSQL_PWD.")
    private String password;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File whose first line is the password. Only its owner should be able to read it.")
    private Path passwordFile;

    @Option(
            names = "--password-fd",
            paramLabel = "N",
            description = "Open file descriptor, such as a pipe, whose first line is the password.")
    @Range(min = 0, max = 65535)
    private Integer passwordFd;

    /** The given password, {@link #ASK}, or a password with the mark of an option file. */
    public Optional<String> password() {
        return Optional.ofNullable(password);
    }

    /** Returns the value of an option without the mark of an option file. */
    public static String value(String given) {
        return given.startsWith(FROM_FILE) ? given.substring(FROM_FILE.length()) : given;
    }

    /** Whether the value of an option is on the command line, where every user of the machine can see it. */
    public static boolean isVisible(String given) {
        return !given.isEmpty() && !given.equals(ASK) && !given.startsWith(FROM_FILE);
    }

    public Optional<Path> passwordFile() {
        return Optional.ofNullable(passwordFile);
    }

    public Optional<Integer> passwordFd() {
        return Optional.ofNullable(passwordFd);
    }
}

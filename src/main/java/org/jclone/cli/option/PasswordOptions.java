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

    /** The given password, or {@link #ASK}. */
    public Optional<String> password() {
        return Optional.ofNullable(password)
                .map(text -> text.startsWith(FROM_FILE) ? text.substring(FROM_FILE.length()) : text);
    }

    /** Whether the password is on the command line, where every user of the machine can see it. */
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

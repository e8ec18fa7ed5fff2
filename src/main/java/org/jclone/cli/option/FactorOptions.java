package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The passwords of the second authentication factor of an account, and of the third. */
public final class FactorOptions {

    @Option(
            names = "--password2",
            paramLabel = "PASSWORD",
            arity = "0..1",
            fallbackValue = PasswordOptions.ASK,
            preprocessor = AttachedValue.class,
            description = "Password of the account's second authentication factor, as --password.")
    private String second;

    @Option(
            names = "--password2-file",
            paramLabel = "FILE",
            description = "File whose first line is the password of the second factor.")
    private Path secondFile;

    @Option(
            names = "--password3",
            paramLabel = "PASSWORD",
            arity = "0..1",
            fallbackValue = PasswordOptions.ASK,
            preprocessor = AttachedValue.class,
            description = "Password of the account's third authentication factor, as --password.")
    private String third;

    @Option(
            names = "--password3-file",
            paramLabel = "FILE",
            description = "File whose first line is the password of the third factor.")
    private Path thirdFile;

    /**
     * One further factor.
     *
     * @param number 2 or 3
     * @param password the given password, with {@link PasswordOptions#ASK} or the mark of an option file
     * @param file the file that holds it
     */
    public record Factor(int number, Optional<String> password, Optional<Path> file) {}

    /**
     * Returns the further factors for which there is a password, in their order.
     *
     * @throws UsageException if a password is given twice, or the third without the second
     */
    public List<Factor> factors() throws UsageException {
        Factor two = factor(2, second, secondFile);
        Factor three = factor(3, third, thirdFile);
        if (isGiven(three) && !isGiven(two)) {
            throw new UsageException("--password3 needs --password2");
        }
        return Stream.of(two, three).filter(FactorOptions::isGiven).toList();
    }

    private static Factor factor(int number, String password, Path file) throws UsageException {
        if (password != null && file != null) {
            throw new UsageException("--password" + number + " and --password" + number + "-file exclude each other");
        }
        return new Factor(number, Optional.ofNullable(password), Optional.ofNullable(file));
    }

    private static boolean isGiven(Factor factor) {
        return factor.password().isPresent() || factor.file().isPresent();
    }
}

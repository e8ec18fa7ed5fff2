package org.jclone.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jclone.cli.option.ConnectionOptions;
import org.jclone.cli.option.FactorOptions.Factor;
import org.jclone.cli.option.PasswordOptions;
import org.jclone.cli.option.ProvisionOptions;
import org.jclone.cli.option.TlsOptions;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.tls.PrivateKeys;

/** Gets the password from a prompt, a file, the command line, or {@code MYSQL_PWD}. */
final class PasswordSource {

    /** Longer than any MySQL password. A longer file is the wrong file. */
    private static final int MAX_FILE_LENGTH = 4096;

    /** The name of the systemd credential, as in {@code LoadCredential=jclone.password:FILE}. */
    private static final String CREDENTIAL = "jclone.password";

    private static final String REPLICATION_CREDENTIAL = "jclone.replication-password";

    private final ProgramContext context;
    private final Consumer<String> warnings;

    PasswordSource(ProgramContext context, Consumer<String> warnings) {
        this.context = context;
        this.warnings = warnings;
    }

    /** Gets the password of each authentication factor of the account on the donor. */
    Password read(ConnectionOptions options) throws UsageException {
        List<Password> all = new ArrayList<>();
        try {
            List<Factor> further = options.factors().factors();
            all.add(read(options.password()));
            for (Factor factor : further) {
                String name = "--password" + factor.number();
                all.add(
                        factor.file().isPresent()
                                ? readFile(name + "-file", factor.file().get())
                                : given(name, factor.password().orElseThrow()));
            }
            return Password.ofFactors(all);
        } finally {
            all.forEach(Password::close);
        }
    }

    /** Gets the password from the one password option given, else the systemd credential, else {@code MYSQL_PWD}. */
    Password read(PasswordOptions options) throws UsageException {
        Optional<String> given = options.password();
        Optional<Path> file = options.passwordFile();
        Optional<Integer> descriptor = options.passwordFd();
        if (descriptor.isPresent()) {
            if (given.isPresent() || file.isPresent()) {
                throw usage("--password-fd excludes --password and --password-file");
            }
            return readFile("--password-fd", Path.of("/dev/fd", descriptor.get().toString()));
        }
        if (given.isPresent() && file.isPresent()) {
            throw usage("--password and --password-file exclude each other");
        }
        if (file.isPresent()) {
            return readFile("--password-file", file.get());
        }
        if (given.isEmpty()) {
            return readEnvironment();
        }
        return given("--password", given.get());
    }

    private Password given(String option, String value) throws UsageException {
        if (value.equals(PasswordOptions.ASK)) {
            return ask(option + "-file");
        }
        if (PasswordOptions.isVisible(value)) {
            warnings.accept("warning: a password on the command line can be seen by every user of this machine;"
                    + " use " + option + "-file instead, or " + option + " without a value");
        }
        return Password.of(PasswordOptions.value(value).toCharArray());
    }

    /**
     * Reads the credential that systemd passes to the service as a file in a private directory. If it is unclear
     * whether the credential exists, reading it reports the reason: continuing with an empty password would be
     * misleading.
     */
    private Password readEnvironment() throws UsageException {
        Optional<Path> credential = credential(CREDENTIAL);
        if (credential.isPresent()) {
            return readFile("credential", credential.get());
        }
        return Password.of(context.environment().getOrDefault("MYSQL_PWD", "").toCharArray());
    }

    /** Gets the password of the replication account; empty if none is given. */
    Password readReplication(ProvisionOptions options) throws UsageException {
        Optional<Path> file = options.replicationPasswordFile();
        Optional<Integer> descriptor = options.replicationPasswordFd();
        if (file.isPresent() && descriptor.isPresent()) {
            throw usage("--replication-password-file and --replication-password-fd exclude each other");
        }
        if (descriptor.isPresent()) {
            return readFile(
                    "--replication-password-fd",
                    Path.of("/dev/fd", descriptor.get().toString()));
        }
        if (file.isPresent()) {
            return readFile("--replication-password-file", file.get());
        }
        Optional<Path> credential = credential(REPLICATION_CREDENTIAL);
        return credential.isPresent() ? readFile("credential", credential.get()) : Password.empty();
    }

    /** Returns the file of a systemd credential; empty only if it certainly does not exist. */
    private Optional<Path> credential(String name) {
        return Optional.ofNullable(context.environment().get("CREDENTIALS_DIRECTORY"))
                .map(folder -> Path.of(folder, name))
                .filter(file -> !Files.notExists(file));
    }

    /** Gets the password of an encrypted {@code --ssl-key}; empty if none is needed. */
    Password readKeyPassword(TlsOptions options) throws UsageException {
        Optional<Path> file = options.sslKeyPasswordFile();
        if (file.isPresent()) {
            return readFile("--ssl-key-password-file", file.get());
        }
        if (options.sslKey().isEmpty() || !isEncrypted(options.sslKey().get())) {
            return Password.empty();
        }
        warnings.accept("the key in " + options.sslKey().get() + " is encrypted; enter its password");
        return ask("--ssl-key-password-file");
    }

    private static boolean isEncrypted(Path key) {
        try {
            return PrivateKeys.isEncrypted(key);
        } catch (CloneException e) {
            return false; // using the key reports what is wrong with the file
        }
    }

    /** @param otherwise the option to recommend when there is no terminal */
    private Password ask(String otherwise) throws UsageException {
        char[] answer = context.passwordPrompt()
                .get()
                .orElseThrow(() -> usage("cannot ask for a password without a terminal; use " + otherwise));
        try {
            return Password.of(answer);
        } finally {
            Arrays.fill(answer, '\0');
        }
    }

    private Password readFile(String option, Path file) throws UsageException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_FILE_LENGTH + 1);
        } catch (IOException e) {
            throw usage(option + ": cannot read " + file + ": " + FileReason.of(e));
        }
        try {
            if (content.length > MAX_FILE_LENGTH) {
                throw usage(option + ": " + file + " is longer than " + MAX_FILE_LENGTH + " bytes");
            }
            warnIfOpen(file);
            return firstLine(content, option, file);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static Password firstLine(byte[] content, String option, Path file) throws UsageException {
        int length = 0;
        while (length < content.length && content[length] != '\n' && content[length] != '\r') {
            length++;
        }
        CharBuffer characters;
        try {
            characters = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content, 0, length));
        } catch (CharacterCodingException e) {
            throw usage(option + ": " + file + " is not UTF-8");
        }
        char[] password = Arrays.copyOfRange(
                characters.array(), characters.arrayOffset(), characters.arrayOffset() + characters.limit());
        try {
            return Password.of(password);
        } finally {
            Arrays.fill(password, '\0');
            Arrays.fill(characters.array(), '\0');
        }
    }

    private void warnIfOpen(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (Files.isRegularFile(file) && permissions.contains(PosixFilePermission.OTHERS_READ)) {
                warnings.accept("warning: every user of this machine can read " + file + "; run chmod 600 on it");
            }
        } catch (IOException | UnsupportedOperationException e) {
            // The password was read, but this file system cannot tell who else can read it.
            return;
        }
    }

    private static UsageException usage(String message) {
        return new UsageException(message);
    }
}

package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import org.jclone.recipient.api.EncryptionSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How to wrap the keys of a donor with encrypted data. */
@Command(optionListHeading = "Encryption")
public final class EncryptionOptions {

    @Option(
            names = "--keyring-file",
            paramLabel = "FILE",
            description = "Keyring of component_keyring_file for the server on the clone. If the donor has encrypted"
                    + " data, jclone creates the file or adds a new master key to it. No running server may use the"
                    + " file during the clone.")
    private Path keyringFile;

    @Option(
            names = "--wrap-keys-with-publicly-known-default-key",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description = "Instead of --keyring-file: wrap the keys of encrypted data with the key that is built into"
                    + " every MySQL server. Until the server on the clone has started and run ALTER INSTANCE ROTATE"
                    + " INNODB MASTER KEY, anyone with access to the files can read everything in them.")
    private Switch publicDefaultKey = Switch.OFF;

    /** @throws IllegalArgumentException if options exclude each other */
    public EncryptionSettings settings() {
        return new EncryptionSettings(Optional.ofNullable(keyringFile), publicDefaultKey.isOn());
    }
}

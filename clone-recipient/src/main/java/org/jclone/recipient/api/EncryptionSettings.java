package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How to store the keys of an encrypted donor. Its data arrives encrypted and stays so; the keys arrive in plain
 * text, over TLS only, and are wrapped with a master key of the target before they reach the disk.
 *
 * @param keyringFile file of {@code component_keyring_file} to create, or to add a new random master key to
 * @param publicDefaultKey whether to wrap with the key that is built into every server, which protects nothing
 */
public record EncryptionSettings(Optional<Path> keyringFile, boolean publicDefaultKey) {

    /** Suitable only for donors without encrypted data. */
    public static final EncryptionSettings NONE = new EncryptionSettings(Optional.empty(), false);

    public EncryptionSettings {
        Objects.requireNonNull(keyringFile, "keyringFile");
        if (publicDefaultKey && keyringFile.isPresent()) {
            throw new IllegalArgumentException("a keyring file and the public default key exclude each other");
        }
        keyringFile = keyringFile.map(file -> file.toAbsolutePath().normalize());
    }

    /** Returns whether a donor may have encrypted data. */
    public boolean acceptsKeys() {
        return publicDefaultKey || keyringFile.isPresent();
    }

    /**
     * Wraps the keys with a new master key in {@code file}, which is created if it does not exist.
     *
     * @param file the keyring file
     */
    public static EncryptionSettings keyringFile(Path file) {
        return new EncryptionSettings(Optional.of(file), false);
    }
}

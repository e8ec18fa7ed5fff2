package org.jclone.recipient.check;

import static org.jclone.recipient.api.CheckItem.KEYRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.encryption.KeyringFile;
import org.jclone.recipient.explain.Failure;

/** Checks the keyring file for a clone of an encrypted donor. */
final class KeyringCheck {

    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final CloneRequest request;

    KeyringCheck(CloneRequest request) {
        this.request = request;
    }

    /** @param encrypted whether the donor has encrypted data; empty if unknown */
    Finding find(Optional<Boolean> encrypted) {
        EncryptionSettings settings = request.target().encryption();
        if (settings.keyringFile().isPresent()) {
            return keyring(settings.keyringFile().get());
        }
        if (settings.publicDefaultKey()) {
            return Finding.warning(
                    KEYRING,
                    "none: the key that is built into every server would wrap the keys",
                    "Anyone who can read the files can decrypt them until the server on the clone has a new master key.",
                    "ALTER INSTANCE ROTATE INNODB MASTER KEY;");
        }
        if (encrypted.isEmpty()) {
            return Finding.unknown(KEYRING, "whether one is needed cannot be seen; none is given (--keyring-file)");
        }
        return encrypted.get()
                ? Finding.problem(
                        KEYRING,
                        Failure.Keyring.MISSING.code(),
                        "none is given, and the donor has encrypted data",
                        Failure.Keyring.MISSING.hint())
                : Finding.ok(KEYRING, "none is needed");
    }

    /**
     * Checks the file even if nothing is encrypted: a clone does so too, before it knows about encrypted data.
     */
    private Finding keyring(Path path) {
        KeyringFile file = new KeyringFile(path);
        try {
            if (request.target().directory().isPresent()) {
                file.check(request.directory());
            } else {
                file.check();
            }
        } catch (CloneException e) {
            return Finding.problem(KEYRING, e.code(), e.getMessage(), e.hint());
        }
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                ? existing(path)
                : Finding.ok(KEYRING, path + " does not exist yet and can be created");
    }

    private static Finding existing(Path path) {
        PosixFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException | UnsupportedOperationException e) {
            return Finding.unknown(KEYRING, "owner and mode of " + path + " cannot be seen");
        }
        String user = System.getProperty("user.name");
        String owner = attributes.owner().getName();
        if (!owner.equals(user) && !"root".equals(user)) {
            return Finding.problem(
                    KEYRING,
                    Failure.Keyring.DENIED.code(),
                    path + " belongs to " + owner + ", and " + user + " cannot add a key to it as " + owner,
                    Failure.Keyring.DENIED.hint(path.getParent()));
        }
        if (!Collections.disjoint(attributes.permissions(), OF_OTHERS)) {
            return Finding.warning(
                    KEYRING,
                    path + " is accessible to others than " + owner,
                    "Anyone who can read it can decrypt all data that its keys protect.",
                    "chmod 600 " + path);
        }
        return Finding.ok(KEYRING, path + " can store a new master key");
    }
}

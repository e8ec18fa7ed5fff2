package org.jclone.recipient.encryption;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock.Form;
import org.jclone.protocol.innodb.encryption.KeyOpener;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.MasterKey;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.encryption.WrappedKey;
import org.jclone.protocol.innodb.encryption.WrongMasterKeyException;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.explain.Explanations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The master key of one clone, and the wrapping with it. The key is made when the donor first speaks of encrypted data,
 * and is on disk before anything is wrapped with it; it is wiped from memory on {@link #close()}. Thread-safe.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, section 9.4.
 */
public final class TargetKeys implements KeyOpener, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(TargetKeys.class);

    /** Of a uuid that is new, any id is. */
    private static final int FIRST_ID = 1;

    private final EncryptionSettings settings;
    private final boolean secureConnection;
    private Optional<MasterKey> masterKey = Optional.empty();
    private KeyLog log = KeyLog.NONE;
    private boolean expected;
    private boolean overwriting;
    private boolean closed;

    /** @param secureConnection whether TLS protects what the donor sends */
    public TargetKeys(EncryptionSettings settings, boolean secureConnection) {
        this.settings = settings;
        this.secureConnection = secureConnection;
    }

    /**
     * Takes up the master key of an interrupted clone.
     *
     * @param name empty if it had none yet
     * @throws CloneException if the key is not where the settings say
     */
    public synchronized void resume(Optional<MasterKeyName> name) throws CloneException {
        if (name.isPresent()) {
            masterKey = Optional.of(findKey(name.get()));
        }
    }

    private MasterKey findKey(MasterKeyName name) throws CloneException {
        if (name.equals(MasterKeyName.DEFAULT) && settings.publicDefaultKey()) {
            return MasterKey.publicDefault();
        }
        if (settings.keyringFile().isPresent()) {
            try (Keyring keyring = new KeyringFile(settings.keyringFile().get()).read()) {
                Optional<MasterKey> key = keyring.masterKey(name);
                if (key.isPresent()) {
                    return key.get();
                }
            }
        }
        String place = settings.keyringFile().map(file -> " in " + file).orElse("");
        throw new CloneException(
                CloneErrorCode.KEYRING,
                "the keys of the unfinished clone are wrapped with " + name + ", which is not to be had" + place,
                Explanations.hint("KEYRING", "resume"));
    }

    /** Looks whether the keyring file can be used, and changes nothing. */
    public static void check(EncryptionSettings settings, Path dataDirectory) throws CloneException {
        if (settings.keyringFile().isPresent()) {
            new KeyringFile(settings.keyringFile().get()).check(dataDirectory);
        }
    }

    /**
     * Makes the master key, if there is none yet. To be called when the donor announces that {@code what} is encrypted.
     *
     * @throws CloneException if there is no TLS, no keyring file, or it cannot be written
     */
    public synchronized void require(String what) throws CloneException {
        if (!secureConnection) {
            throw new CloneException(
                    CloneErrorCode.ENCRYPTION_NEEDS_TLS,
                    "the donor's " + what + " is encrypted, and its key would come in clear text",
                    Explanations.hint("ENCRYPTION_NEEDS_TLS"));
        }
        if (masterKey.isPresent()) {
            return;
        }
        if (settings.publicDefaultKey()) {
            use(MasterKey.publicDefault());
        } else if (settings.keyringFile().isPresent()) {
            use(makeKey(settings.keyringFile().get()));
        } else {
            throw new CloneException(
                    CloneErrorCode.KEYRING,
                    "the donor's " + what + " is encrypted, and there is no keyring for its key",
                    Explanations.hint("KEYRING", "missing"));
        }
    }

    private void use(MasterKey key) throws CloneException {
        masterKey = Optional.of(key); // whatever happens now, it is wiped on close
        overwrite();
        log.masterKey(key.name());
    }

    /** Told before the donor sends keys in plain text, if it has any: then nothing is to be left of what comes. */
    public synchronized void expect() {
        expected = true;
        overwrite();
    }

    private void overwrite() {
        if (expected && masterKey.isPresent() && !overwriting && !closed) {
            overwriting = true;
            FreedMemory.overwrite();
        }
    }

    /** From now on {@code value} hears of the master key. */
    public synchronized void logTo(KeyLog value) {
        log = value;
    }

    private static MasterKey makeKey(Path keyringFile) throws CloneException {
        MasterKeyName name = new MasterKeyName(UUID.randomUUID().toString(), FIRST_ID);
        MasterKey key = MasterKey.random(name, new SecureRandom());
        boolean kept = false;
        try {
            new KeyringFile(keyringFile).add(key);
            kept = true;
        } finally {
            if (!kept) {
                key.close();
            }
        }
        LOGGER.atDebug()
                .addKeyValue("file", keyringFile)
                .addKeyValue("masterKey", name)
                .log("new master key");
        return key;
    }

    /** The encryption information for a new file: {@code key} wrapped. */
    public synchronized Bytes wrap(TablespaceKey key) {
        return WrappedKey.of(key, open()).toBytes();
    }

    /** Wraps the key in a received page 0 in place. */
    public synchronized Form wrapInFirstPage(ByteBuffer page, FspFlags flags, int pageSize) {
        return EncryptionInfoBlock.wrapInFirstPage(page, flags, pageSize, open());
    }

    /** Wraps the key in a received redo header in place. */
    public synchronized Form wrapInRedoHeader(ByteBuffer header) {
        return EncryptionInfoBlock.wrapInRedoHeader(header, open());
    }

    /** Opens what was wrapped here. */
    @Override
    public synchronized TablespaceKey open(WrappedKey wrapped) throws WrongMasterKeyException {
        if (masterKey.isEmpty()) {
            throw new WrongMasterKeyException("wrapped with " + wrapped.masterKey() + ", not by this clone");
        }
        return wrapped.unwrap(open());
    }

    private MasterKey open() {
        if (closed) {
            throw new IllegalStateException("the keys are wiped already");
        }
        return masterKey.orElseThrow(() -> new IllegalStateException("no master key was required yet"));
    }

    /** The master key in use; empty if the donor has nothing encrypted. */
    public synchronized Optional<MasterKeyName> masterKeyName() {
        return masterKey.map(MasterKey::name);
    }

    public Optional<Path> keyringFile() {
        return settings.keyringFile();
    }

    @Override
    public synchronized void close() {
        closed = true;
        masterKey.ifPresent(MasterKey::close);
        if (overwriting) {
            overwriting = false;
            FreedMemory.leaveAsItIs();
        }
    }
}

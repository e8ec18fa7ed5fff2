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
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.explain.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The master key of one clone, and wrapping with it. The key is created when the donor first announces encrypted data,
 * and is on disk before anything is wrapped with it. {@link #close()} wipes it from memory. Thread-safe.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, section 9.4.
 */
public final class TargetKeys implements KeyOpener, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(TargetKeys.class);

    /** Any id is free, because the UUID is new. */
    private static final int FIRST_ID = 1;

    private final EncryptionSettings settings;
    private final boolean secureConnection;
    private Optional<MasterKey> masterKey = Optional.empty();
    private KeyLog log = KeyLog.NONE;
    private boolean overwriting;
    private boolean closed;

    /** @param secureConnection whether TLS protects what the donor sends */
    public TargetKeys(EncryptionSettings settings, boolean secureConnection) {
        this.settings = settings;
        this.secureConnection = secureConnection;
    }

    /**
     * Loads the master key of an interrupted clone.
     *
     * @param name empty if the clone had none yet
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
        throw Failure.Keyring.RESUME.exception(
                "the keys of the unfinished clone are wrapped with " + name + ", which is not available" + place);
    }

    /** Checks that the keyring file can be used. Changes nothing. */
    public static void check(EncryptionSettings settings, Path dataDirectory) throws CloneException {
        if (settings.keyringFile().isPresent()) {
            new KeyringFile(settings.keyringFile().get()).check(dataDirectory);
        }
    }

    /**
     * Creates the master key if there is none yet. Call it when the donor announces that {@code what} is encrypted.
     *
     * @throws CloneException if TLS or a keyring file is missing, or the file cannot be written
     */
    public synchronized void require(String what) throws CloneException {
        if (!secureConnection) {
            throw Failure.General.ENCRYPTION_NEEDS_TLS.exception(
                    "the donor's " + what + " is encrypted, and its key would come in clear text");
        }
        if (masterKey.isPresent()) {
            return;
        }
        if (settings.publicDefaultKey()) {
            use(MasterKey.publicDefault());
        } else if (settings.keyringFile().isPresent()) {
            use(makeKey(settings.keyringFile().get()));
        } else {
            throw Failure.Keyring.MISSING.exception(
                    "the donor's " + what + " is encrypted, and there is no keyring for its key");
        }
    }

    private void use(MasterKey key) throws CloneException {
        masterKey = Optional.of(key); // set first, so that close wipes it even if a later step fails
        log.masterKey(key.name());
    }

    /**
     * Call this before the donor may send keys in plain text: no copy of a received key may stay in memory. It prepares for
     * keys even if nothing encrypted is known yet, because DDL may add an encrypted table at any time.
     */
    public synchronized void expect() {
        if (secureConnection && settings.acceptsKeys() && !overwriting && !closed) {
            overwriting = true;
            FreedMemory.overwrite();
        }
    }

    /** Reports the master key to {@code value} from now on. */
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

    /** Wraps {@code key} into the encryption information for a new file. */
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

    /** Opens a key that this clone wrapped. */
    @Override
    public synchronized TablespaceKey open(WrappedKey wrapped) throws WrongMasterKeyException {
        if (masterKey.isEmpty()) {
            throw new WrongMasterKeyException("wrapped with " + wrapped.masterKey() + ", not by this clone");
        }
        return wrapped.unwrap(open());
    }

    private MasterKey open() {
        if (closed) {
            throw new IllegalStateException("the keys are already wiped");
        }
        return masterKey.orElseThrow(() -> new IllegalStateException("no master key has been required yet"));
    }

    /** Returns the name of the master key in use; empty if the donor has no encrypted data. */
    public synchronized Optional<MasterKeyName> masterKeyName() {
        return masterKey.map(MasterKey::name);
    }

    public Optional<Path> keyringFile() {
        return settings.keyringFile();
    }

    @Override
    public synchronized void close() {
        boolean hadKey = masterKey.isPresent() && !closed;
        masterKey.ifPresent(MasterKey::close);
        closed = true;
        if (overwriting) {
            overwriting = false;
            FreedMemory.leaveAsItIs();
        }
        if (hadKey) {
            MovedObjects.overwrite(); // last: the heap of another program may be full
        }
    }
}

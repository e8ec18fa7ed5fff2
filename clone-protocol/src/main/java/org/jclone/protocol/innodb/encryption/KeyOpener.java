package org.jclone.protocol.innodb.encryption;

/** Opens the keys of tablespaces and redo logs as they are on disk, with the master keys that it has. */
@FunctionalInterface
public interface KeyOpener {

    /** Has no keyring, and so opens what is wrapped with the key that is built into every server. */
    KeyOpener WITHOUT_KEYRING = wrapped -> {
        try (MasterKey master = MasterKey.publicDefault()) {
            return wrapped.unwrap(master);
        }
    };

    /** @throws WrongMasterKeyException if the master key is not at hand, or does not fit */
    TablespaceKey open(WrappedKey wrapped) throws WrongMasterKeyException;
}

package org.jclone.protocol.innodb.encryption;

/** Opens wrapped keys of tablespaces and redo logs with the available master keys. */
@FunctionalInterface
public interface KeyOpener {

    /** Has no keyring, so it opens only keys wrapped with the key that is built into every server. */
    KeyOpener WITHOUT_KEYRING = wrapped -> {
        try (MasterKey master = MasterKey.publicDefault()) {
            return wrapped.unwrap(master);
        }
    };

    /** @throws WrongMasterKeyException if the master key is not available or does not match */
    TablespaceKey open(WrappedKey wrapped) throws WrongMasterKeyException;
}

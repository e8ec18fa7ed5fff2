package org.jclone.recipient.encryption;

import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.recipient.api.CloneException;

/** Records which master key a clone uses, so that another process can resume it. */
@FunctionalInterface
public interface KeyLog {

    /** Records nothing. */
    KeyLog NONE = name -> {};

    /** Records the key's name. The key is already in the keyring file, and nothing is wrapped with it yet. */
    void masterKey(MasterKeyName name) throws CloneException;
}

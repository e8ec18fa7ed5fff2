package org.jclone.recipient.encryption;

import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.recipient.api.CloneException;

/** Hears which master key a clone uses, so that another process can go on with it. */
@FunctionalInterface
public interface KeyLog {

    /** Hears nothing. */
    KeyLog NONE = name -> {};

    /** The key is in the keyring file by now, and nothing was wrapped with it yet. */
    void masterKey(MasterKeyName name) throws CloneException;
}

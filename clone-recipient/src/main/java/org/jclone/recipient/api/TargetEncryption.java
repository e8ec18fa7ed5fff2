package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a server needs to start on a clone with encrypted data.
 *
 * @param keyringFile the file with the master key; empty if the public default key wraps all keys
 * @param masterKey name of the master key in that file
 * @param tablespaces encrypted tablespaces
 * @param redoLog whether the redo log is encrypted: the donor has {@code innodb_redo_log_encrypt} set, or had it set before
 * @param undoLog whether an undo tablespace is encrypted: the donor has {@code innodb_undo_log_encrypt} set, or had it set before
 */
public record TargetEncryption(
        Optional<Path> keyringFile, String masterKey, int tablespaces, boolean redoLog, boolean undoLog) {

    /** Content of {@code mysqld.my}, next to the {@code mysqld} executable. */
    public static final String MANIFEST = "{ \"components\": \"file://component_keyring_file\" }";

    /** {@return the content of {@code component_keyring_file.cnf} in the plugin directory; empty without a keyring file} */
    public Optional<String> componentConfiguration() {
        return keyringFile.map(file -> "{ \"path\": \""
                + file.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\", \"read_only\": false }");
    }
}

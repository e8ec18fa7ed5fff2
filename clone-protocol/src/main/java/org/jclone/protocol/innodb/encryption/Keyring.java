package org.jclone.protocol.innodb.encryption;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The content of a keyring file of {@code component_keyring_file}: one JSON object.
 *
 * <pre>
 * version   "1.0"
 * elements  array of objects, each with all of
 *           user       string, empty for keys of the server itself
 *           data_id    string, INNODBKey-UUID-ID for a master key of InnoDB
 *           data_type  string, AES for a master key
 *           data       string, the key in hex digits
 *           extension  array, always empty
 * </pre>
 *
 * <p>An empty file is an empty keyring. Source: docs/protocol/02-innodb-clone-stream.md section 9.5.
 */
public final class Keyring implements KeyOpener, AutoCloseable {

    /** The maximum length of a file. A server's own file has a few hundred bytes per key. */
    public static final int MAX_BYTES = 16 << 20;

    private final List<KeyringEntry> entries;

    private Keyring(List<KeyringEntry> entries) {
        this.entries = entries;
    }

    public static Keyring empty() {
        return new Keyring(List.of());
    }

    /**
     * Parses the content of a file. The caller wipes the content.
     *
     * @throws KeyringFormatException if the format is another one, or the content cannot be preserved
     */
    public static Keyring decode(byte... content) throws KeyringFormatException {
        return content.length == 0 ? empty() : new Keyring(new KeyringReader(content).read());
    }

    /** Returns the content of the file, which the caller wipes. */
    public byte[] encode() {
        return KeyringWriter.write(entries);
    }

    public List<KeyringEntry> entries() {
        return List.copyOf(entries);
    }

    /** Returns a keyring of these entries and a copy of {@code key}. Takes ownership of the entries. */
    public Keyring with(MasterKey key) {
        if (find(key.name().keyringId()).isPresent()) {
            throw new IllegalArgumentException(key.name() + " is already in the keyring");
        }
        List<KeyringEntry> more = new ArrayList<>(entries);
        more.add(KeyringEntry.of(key));
        return new Keyring(more);
    }

    /** Returns a copy of a master key; empty if it is absent or is not an AES key of the right length. */
    public Optional<MasterKey> masterKey(MasterKeyName name) {
        return find(name.keyringId())
                .filter(entry -> entry.dataType().equals(KeyringEntry.TYPE_AES))
                .filter(entry -> entry.dataLength() == MasterKey.LENGTH)
                .map(entry -> {
                    byte[] value = entry.data();
                    try {
                        return MasterKey.of(name, value);
                    } finally {
                        Secrets.wipe(value);
                    }
                });
    }

    @Override
    public TablespaceKey open(WrappedKey wrapped) throws WrongMasterKeyException {
        MasterKeyName name = wrapped.masterKey();
        if (name.equals(MasterKeyName.DEFAULT)) {
            return WITHOUT_KEYRING.open(wrapped);
        }
        try (MasterKey master = masterKey(name)
                .orElseThrow(
                        () -> new WrongMasterKeyException("wrapped with " + name + ", which is not in the keyring"))) {
            return wrapped.unwrap(master);
        }
    }

    private Optional<KeyringEntry> find(String dataId) {
        return entries.stream()
                .filter(entry -> entry.user().isEmpty() && entry.dataId().equals(dataId))
                .findFirst();
    }

    /** Wipes all keys. */
    @Override
    public void close() {
        entries.forEach(KeyringEntry::close);
    }

    @Override
    public String toString() {
        return "Keyring" + entries;
    }
}

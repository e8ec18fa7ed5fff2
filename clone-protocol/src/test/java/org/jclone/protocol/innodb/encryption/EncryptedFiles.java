package org.jclone.protocol.innodb.encryption;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Parts of a real server's encrypted files; {@code resources/encryption/README.md} describes the server. */
final class EncryptedFiles {

    static final String KEYRING = "keyring.json";
    static final String KEYRING_WITH_TWO_KEYS = "keyring-two-keys.json";

    private EncryptedFiles() {}

    static byte[] read(String name) throws IOException {
        try (InputStream in = EncryptedFiles.class.getResourceAsStream("/encryption/" + name)) {
            return in.readAllBytes();
        }
    }

    /** Returns a copy of the page at {@code index} of the file. */
    static ByteBuffer page(String name, int pageSize, int index) throws IOException {
        byte[] page = new byte[pageSize];
        System.arraycopy(read(name), index * pageSize, page, 0, pageSize);
        return ByteBuffer.wrap(page);
    }

    static Keyring keyring(String name) throws IOException, KeyringFormatException {
        return Keyring.decode(read(name));
    }
}

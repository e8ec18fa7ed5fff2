package org.jclone.protocol.innodb.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;
import org.junit.jupiter.api.Test;

/** Uses an encrypted block of a real server's redo log. */
class RedoBlockCipherTest {

    @Test
    void decryptsAndEncrypts() throws Exception {
        ByteBuffer file = ByteBuffer.wrap(EncryptedFiles.read("redo"));
        byte[] onDisk = file.array().clone();
        WrappedKey wrapped = EncryptionInfoBlock.ofRedoHeader(file).orElseThrow();
        file.position(RedoHeader.LENGTH);
        assertThat(RedoLogBlock.read(file).encrypted()).isTrue();
        assertThat(RedoLogBlock.hasValidChecksum(file)).isFalse();

        try (Keyring keyring = EncryptedFiles.keyring(EncryptedFiles.KEYRING);
                MasterKey master = keyring.masterKey(wrapped.masterKey()).orElseThrow();
                TablespaceKey key = wrapped.unwrap(master);
                RedoBlockCipher cipher = new RedoBlockCipher(key)) {
            cipher.decrypt(file);

            assertThat(RedoLogBlock.hasValidChecksum(file)).isTrue();
            assertThat(RedoLogBlock.read(file).isFull()).isTrue();
            assertThat(RedoLogBlock.read(file).encrypted()).isFalse();
            assertThat(file.position()).isEqualTo(RedoHeader.LENGTH);

            byte[] plain = file.array().clone();
            cipher.decrypt(file);
            assertThat(file.array()).as("decrypted twice").isEqualTo(plain);

            cipher.encrypt(file);
            assertThat(file.array()).isEqualTo(onDisk);
        }
    }
}

package org.jclone.donor.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.donor.cold.MadeDirectory.overwrite;
import static org.jclone.donor.cold.MadeDirectory.server;
import static org.jclone.donor.cold.MadeDirectory.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jclone.donor.source.Block;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.MasterKey;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.encryption.WrappedKey;
import org.jclone.protocol.innodb.page.EncryptionInfo;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories with an encrypted tablespace, with and without the keyring of their server. */
class EncryptedColdDirectoryTest {

    private static final MasterKey MASTER_KEY =
            MasterKey.random(new MasterKeyName("193c0bf9-e557-11f1-aafd-02fc00000001", 1), new SecureRandom());

    @TempDir
    Path folder;

    @Test
    void refusesEncryptionWithoutTheKey() throws IOException {
        write(folder, server());
        overwrite(folder, "shop/orders.ibd", PageHeader.FSP_FLAGS + 2, (byte) 0x60);
        assertRefused(Optional.empty(), "the key of");
        encrypt(MASTER_KEY);
        assertRefused(Optional.empty(), "orders.ibd is encrypted");
        assertRefused(keyring(Keyring.empty()), "lacks the master key");
        MasterKey other = MasterKey.of(MASTER_KEY.name(), new byte[MasterKey.LENGTH]);
        assertRefused(keyring(Keyring.empty().with(other)), "has a different key");
        assertRefused(Optional.of(Files.writeString(folder.resolve("keyring"), "{}")), "is not a keyring file");
    }

    @Test
    void sendsKeysInPlainText() throws IOException {
        write(folder, server());
        overwrite(folder, "shop/orders.ibd", PageHeader.FSP_FLAGS + 2, (byte) 0x60);
        encrypt(MASTER_KEY);
        Optional<Path> keyring = keyring(Keyring.empty().with(MASTER_KEY));
        try (ColdDirectory cold = ColdDirectory.open(folder, List.of(), keyring)) {
            Block block = cold.modifiedPages().get(0);
            ByteBuffer page = ByteBuffer.allocate(block.length());
            cold.read(SnapshotState.PAGE_COPY, block, page);
            FspFlags flags = cold.files().get(block.fileIndex()).fspFlags();

            assertThat(cold.hasKeys()).isTrue();
            assertThat(cold.modifiedPages()).hasSize(1);
            assertThat(EncryptionInfoBlock.formInFirstPage(page.flip(), flags, cold.pageSize()))
                    .isEqualTo(EncryptionInfoBlock.Form.PLAIN);
        }
    }

    private void encrypt(MasterKey masterKey) throws IOException {
        TablespaceKey key = TablespaceKey.of(new byte[TablespaceKey.LENGTH]);
        FspFlags flags = FirstPage.read(folder.resolve("shop/orders.ibd")).flags();
        overwrite(
                folder,
                "shop/orders.ibd",
                EncryptionInfo.offsetInFirstPage(flags, 16384),
                WrappedKey.of(key, masterKey).toBytes().toByteArray());
    }

    private void assertRefused(Optional<Path> keyring, String reason) {
        assertThatExceptionOfType(ColdDirectoryException.class)
                .isThrownBy(() -> ColdDirectory.open(folder, List.of(), keyring).close())
                .withMessageContaining(reason)
                .satisfies(refused -> assertThat(refused.hint()).isNotBlank());
    }

    private Optional<Path> keyring(Keyring keyring) throws IOException {
        return Optional.of(Files.write(folder.resolve("keyring"), keyring.encode()));
    }
}

package org.jclone.protocol.innodb.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageCheck;
import org.jclone.protocol.innodb.page.PageCheck.Finding;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.PageType;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uses pages of a real server, one for each kind of encryption. */
class PageCipherTest {

    @ParameterizedTest
    @CsvSource({
        // file, keyring, innodb_page_size, page size, page number, type on disk, type when decrypted
        "t.pages, keyring.json, 4096, 4096, 4, 15, 17855",
        "z.pages, keyring.json, 4096, 2048, 4, 15, 17855",
        "g.pages, keyring.json, 4096, 4096, 5, 17, 17854",
        "packed.pages, keyring-two-keys.json, 16384, 16384, 8, 16, 14"
    })
    void decryptsAndEncrypts(
            String file, String keyring, int pageSize, int physicalPageSize, int number, int typeOnDisk, int type)
            throws Exception {
        ByteBuffer page = EncryptedFiles.page(file, physicalPageSize, 1);
        long pageNumber = Integer.toUnsignedLong(page.getInt(PageHeader.PAGE_NUMBER));
        FspFlags flags = flags(file, physicalPageSize);
        PageCheck check = new PageCheck(flags, pageSize, Integer.toUnsignedLong(page.getInt(PageHeader.SPACE_ID)));
        byte[] onDisk = page.array().clone();
        assertThat(PageCipher.isEncrypted(page)).isTrue();
        assertThat(type(page)).isEqualTo(typeOnDisk);
        assertThat(check.check(page, pageNumber).finding()).isEqualTo(Finding.ENCRYPTED);

        try (PageCipher cipher = cipher(file, keyring, pageSize, physicalPageSize)) {
            cipher.decrypt(page);

            assertThat(pageNumber).isEqualTo(number);
            assertThat(type(page)).isEqualTo(type);
            assertThat(PageCipher.isEncrypted(page)).isFalse();
            assertThat(check.check(page, pageNumber).finding()).isEqualTo(Finding.OK);

            byte[] plain = page.array().clone();
            cipher.decrypt(page);
            assertThat(page.array()).as("decrypted twice").isEqualTo(plain);

            cipher.encrypt(page);
            assertThat(page.array()).isEqualTo(onDisk);

            byte[] target = new byte[physicalPageSize];
            cipher.decrypt(onDisk.clone(), target);
            assertThat(target).as("from array to array").isEqualTo(plain);
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> cipher.decrypt(plain, target))
                    .withMessage("the page is not encrypted");
        }
    }

    @Test
    void decryptsAfterItIsWarm() throws Exception {
        PageCipher.warmUp();
        decryptsAndEncrypts("t.pages", "keyring.json", 4096, 4096, 4, 15, 17855);
    }

    @Test
    void doesNotChangePositionLimitOrBytesOutside() throws Exception {
        ByteBuffer page = EncryptedFiles.page("t.pages", 4096, 1);
        ByteBuffer larger = ByteBuffer.allocateDirect(3 * 4096).put(4096, page, 0, 4096);
        larger.position(4096).limit(8192);
        try (PageCipher cipher = cipher("t.pages", "keyring.json", 4096, 4096)) {
            cipher.decrypt(larger);
            cipher.decrypt(page);
        }

        assertThat(larger.position()).isEqualTo(4096);
        assertThat(larger.limit()).isEqualTo(8192);
        assertThat(larger).isEqualTo(page);
        larger.clear();
        assertThat(larger.slice(0, 4096)).isEqualTo(ByteBuffer.allocate(4096));
        assertThat(larger.slice(8192, 4096)).isEqualTo(ByteBuffer.allocate(4096));
    }

    @Test
    void rejectsACompressedLengthAboveThePageSize() throws Exception {
        ByteBuffer page = EncryptedFiles.page("packed.pages", 16384, 1);
        page.putShort(PageHeader.COMPRESSION_LENGTH, (short) 16347);
        try (PageCipher cipher = cipher("packed.pages", "keyring-two-keys.json", 16384, 16384)) {
            assertThatExceptionOfType(MalformedPacketException.class)
                    .isThrownBy(() -> cipher.decrypt(page))
                    .withMessageContaining("16347 (expected: <= 16346)");
            assertThatExceptionOfType(MalformedPacketException.class)
                    .isThrownBy(() -> cipher.decrypt(page.array(), new byte[16384]))
                    .withMessageContaining("16347 (expected: <= 16346)");
        }
    }

    @Test
    void encryptsWholeFileSystemBlocksInTheOldestVersionOfPageCompression() {
        ByteBuffer page = ByteBuffer.allocate(16384);
        page.putShort(PageHeader.TYPE, (short) PageType.FIL_PAGE_COMPRESSED.wireCode());
        page.put(PageHeader.COMPRESSION_VERSION, (byte) 1);
        page.putShort(PageHeader.COMPRESSION_LENGTH, (short) 5000);
        try (PageCipher cipher = new PageCipher(TablespaceKey.of(new byte[64]), 4096)) {
            cipher.encrypt(page);
        }

        assertThat(page.get(8191)).isNotZero();
        assertThat(page.slice(8192, 8192)).isEqualTo(ByteBuffer.allocate(8192));
    }

    private static PageCipher cipher(String file, String keyring, int pageSize, int physicalPageSize) throws Exception {
        ByteBuffer firstPage = EncryptedFiles.page(file, physicalPageSize, 0);
        WrappedKey wrapped = EncryptionInfoBlock.ofFirstPage(firstPage, flags(file, physicalPageSize), pageSize)
                .orElseThrow();
        try (Keyring keys = EncryptedFiles.keyring(keyring);
                MasterKey master = keys.masterKey(wrapped.masterKey()).orElseThrow();
                TablespaceKey key = wrapped.unwrap(master)) {
            return new PageCipher(key, 4096);
        }
    }

    private static FspFlags flags(String file, int physicalPageSize) throws Exception {
        ByteBuffer firstPage = EncryptedFiles.page(file, physicalPageSize, 0);
        return new FspFlags(Integer.toUnsignedLong(firstPage.getInt(PageHeader.FSP_FLAGS)));
    }

    private static int type(ByteBuffer page) {
        return page.getShort(PageHeader.TYPE) & 0xffff;
    }
}

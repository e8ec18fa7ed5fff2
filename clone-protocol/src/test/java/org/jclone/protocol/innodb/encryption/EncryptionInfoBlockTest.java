package org.jclone.protocol.innodb.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock.Form;
import org.jclone.protocol.innodb.page.EncryptionInfo;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageCheck;
import org.jclone.protocol.innodb.page.PageCheck.Finding;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncryptionInfoBlockTest {

    private static final String UUID = "80f88161-e58c-11f1-a66d-02fc00000001";
    private static final int PAGE_SIZE = 4096;

    private MasterKey donors;
    private MasterKey ours;

    @BeforeEach
    void makeKeys() throws Exception {
        try (Keyring keyring = EncryptedFiles.keyring(EncryptedFiles.KEYRING)) {
            donors = keyring.masterKey(new MasterKeyName(UUID, 1)).orElseThrow();
        }
        ours = MasterKey.of(new MasterKeyName("u".repeat(36), 7), HexFormat.of().parseHex("5c".repeat(32)));
    }

    @AfterEach
    void closeKeys() {
        donors.close();
        ours.close();
    }

    /** Follows a key from the donor's disk over the wire to our disk, and back to the donor's bytes. */
    @ParameterizedTest
    @CsvSource({"t.pages, 4096", "z.pages, 2048", "g.pages, 4096"})
    void rewrapsTheKeyOfPage0(String file, int physicalPageSize) throws Exception {
        ByteBuffer page = EncryptedFiles.page(file, physicalPageSize, 0);
        FspFlags flags = new FspFlags(page.getInt(PageHeader.FSP_FLAGS));
        byte[] onDonorsDisk = page.array().clone();
        int at = EncryptionInfo.offsetInFirstPage(flags, PAGE_SIZE);
        assertThat(EncryptionInfoBlock.formInFirstPage(page, flags, PAGE_SIZE)).isEqualTo(Form.WRAPPED);

        TablespaceKey key = EncryptionInfoBlock.ofFirstPage(page, flags, PAGE_SIZE)
                .orElseThrow()
                .unwrap(donors);
        EncryptionInfoBlock.putPlainInFirstPage(page, flags, PAGE_SIZE, key, UUID);
        assertThat(page.slice(at + EncryptionInfo.KEY, 64)).isEqualTo(ByteBuffer.wrap(key.toByteArray()));
        assertThat(page.getInt(at + EncryptionInfo.MASTER_KEY_ID)).isZero();
        assertThat(check(page, flags)).isEqualTo(Finding.OK);
        assertThat(EncryptionInfoBlock.ofFirstPage(page, flags, PAGE_SIZE)).isEmpty();

        assertThat(EncryptionInfoBlock.wrapInFirstPage(page, flags, PAGE_SIZE, ours))
                .isEqualTo(Form.PLAIN);
        assertThat(page.slice(at + EncryptionInfo.KEY, 64)).isNotEqualTo(ByteBuffer.wrap(key.toByteArray()));
        assertThat(check(page, flags)).isEqualTo(Finding.OK);
        WrappedKey wrapped =
                EncryptionInfoBlock.ofFirstPage(page, flags, PAGE_SIZE).orElseThrow();
        assertThat(wrapped.masterKey()).isEqualTo(ours.name());
        assertThat(wrapped.unwrap(ours)).isEqualTo(key);
        assertThat(EncryptionInfoBlock.wrapInFirstPage(page, flags, PAGE_SIZE, ours))
                .as("repeated")
                .isEqualTo(Form.WRAPPED);

        EncryptionInfoBlock.putPlainInFirstPage(page, flags, PAGE_SIZE, key, UUID);
        EncryptionInfoBlock.wrapInFirstPage(page, flags, PAGE_SIZE, donors);
        assertThat(page.array()).isEqualTo(onDonorsDisk);
    }

    @Test
    void rewrapsTheKeyOfARedoHeaderAndChangesNothingElse() throws Exception {
        ByteBuffer header = ByteBuffer.wrap(EncryptedFiles.read("redo"));
        byte[] onDonorsDisk = header.array().clone();
        TablespaceKey key =
                EncryptionInfoBlock.ofRedoHeader(header).orElseThrow().unwrap(donors);

        EncryptionInfoBlock.putPlainInRedoHeader(header, key, UUID);
        assertThat(EncryptionInfoBlock.formInRedoHeader(header)).isEqualTo(Form.PLAIN);
        assertThat(EncryptionInfoBlock.wrapInRedoHeader(header, ours)).isEqualTo(Form.PLAIN);
        assertThat(EncryptionInfoBlock.ofRedoHeader(header).orElseThrow().unwrap(ours))
                .isEqualTo(key);

        EncryptionInfoBlock.putPlainInRedoHeader(header, key, UUID);
        EncryptionInfoBlock.wrapInRedoHeader(header, donors);
        assertThat(header.array()).isEqualTo(onDonorsDisk);
    }

    @Test
    void doesNotChangePagesWithoutAKey() throws Exception {
        ByteBuffer page = EncryptedFiles.page("t.pages", PAGE_SIZE, 0);
        FspFlags flags = new FspFlags(page.getInt(PageHeader.FSP_FLAGS));
        int at = EncryptionInfo.offsetInFirstPage(flags, PAGE_SIZE);
        page.put(at, new byte[EncryptionInfo.LENGTH]);
        byte[] before = page.array().clone();

        assertThat(EncryptionInfoBlock.wrapInFirstPage(page, flags, PAGE_SIZE, ours))
                .isEqualTo(Form.NONE);
        assertThat(page.array()).isEqualTo(before);
        assertThat(EncryptionInfoBlock.ofFirstPage(page, flags, PAGE_SIZE)).isEmpty();
    }

    @Test
    void rejectsAnotherMagic() throws Exception {
        ByteBuffer page = EncryptedFiles.page("t.pages", PAGE_SIZE, 0);
        FspFlags flags = new FspFlags(page.getInt(PageHeader.FSP_FLAGS));
        page.put(EncryptionInfo.offsetInFirstPage(flags, PAGE_SIZE) + 2, (byte) 'B');

        assertThat(EncryptionInfoBlock.formInFirstPage(page, flags, PAGE_SIZE)).isEqualTo(Form.UNKNOWN);
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> EncryptionInfoBlock.ofFirstPage(page, flags, PAGE_SIZE))
                .withMessage("EncryptionInfo.magic at offset 0: 6c4342 (expected: 6c4343, \"lCC\")");
    }

    @Test
    void rejectsTheWrongMasterKey() throws Exception {
        ByteBuffer page = EncryptedFiles.page("t.pages", PAGE_SIZE, 0);
        FspFlags flags = new FspFlags(page.getInt(PageHeader.FSP_FLAGS));
        WrappedKey wrapped =
                EncryptionInfoBlock.ofFirstPage(page, flags, PAGE_SIZE).orElseThrow();

        assertThatExceptionOfType(WrongMasterKeyException.class)
                .isThrownBy(() -> wrapped.unwrap(ours))
                .withMessage("wrapped with INNODBKey-" + UUID + "-1, not with INNODBKey-" + "u".repeat(36) + "-7");
        assertThatExceptionOfType(WrongMasterKeyException.class)
                .isThrownBy(() -> wrapped.unwrap(MasterKey.of(donors.name(), new byte[32])))
                .withMessageStartingWith("checksum mismatch after unwrapping with INNODBKey-" + UUID);
    }

    private static Finding check(ByteBuffer page, FspFlags flags) {
        return new PageCheck(flags, PAGE_SIZE, page.getInt(PageHeader.SPACE_ID))
                .check(page, 0)
                .finding();
    }
}

package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock.Form;
import org.jclone.protocol.innodb.encryption.MasterKey;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.TablespaceFirstPage;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.encryption.TargetKeys;
import org.junit.jupiter.api.Test;

class KeyBlocksTest {

    private static final int PAGE = Descriptors.PAGE_SIZE;
    private static final String DONOR = "6212202a-e58a-11f1-a37d-02fc00000001";
    private static final FspFlags FLAGS = new FspFlags(Descriptors.TABLE);

    private final TargetKeys keys = new TargetKeys(new EncryptionSettings(Optional.empty(), true), true);
    private final KeyBlocks blocks = new KeyBlocks(keys, PAGE);
    private final TargetFile plainFile = target(Descriptors.table(0, "./s/a.ibd"));
    private final TargetFile encryptedFile =
            target(Descriptors.table(0, "./s/a.ibd").flagged(FileDescriptor.FLAG_ENCRYPTED));
    private final TargetFile redo = target(Descriptors.redo(0, 1 << 20).flagged(FileDescriptor.FLAG_ENCRYPTED));

    @Test
    void knowsWhichBlocksMayHoldAKey() {
        assertThat(head(plainFile, SnapshotState.PAGE_COPY, 0, PAGE)).isEqualTo(PAGE);
        assertThat(head(encryptedFile, SnapshotState.PAGE_COPY, 0, PAGE)).isEqualTo(PAGE);
        assertThat(head(encryptedFile, SnapshotState.PAGE_COPY, PAGE, PAGE)).isZero();
        assertThat(head(encryptedFile, SnapshotState.FILE_COPY, 0, 1 << 20)).isZero();
        assertThat(head(redo, SnapshotState.REDO_COPY, 0, 1 << 20)).isEqualTo(RedoHeader.LENGTH);
        assertThat(head(redo, SnapshotState.REDO_COPY, 2048, 512)).isZero();
    }

    @Test
    void refusesAKeySplitOverTwoBlocks() {
        for (TargetFile file : new TargetFile[] {encryptedFile, plainFile}) {
            assertThatExceptionOfType(MalformedPacketException.class)
                    .isThrownBy(() -> head(file, SnapshotState.PAGE_COPY, 0, 1024))
                    .withMessageContaining("1024 at the beginning of file ./s/a.ibd (expected: >= 16384)");
        }
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> head(redo, SnapshotState.REDO_COPY, 0, 1024))
                .withMessageContaining("1024 at the beginning of redo file 0 (expected: >= 2048)");
    }

    /** A later version may have flags that change where the key is, or how long a page is. */
    @Test
    void refusesAPlainKeyUnderUnknownFlags() throws Exception {
        for (long flags : new long[] {0x1_4021, 0x4021 | 0xf << 1, 0x4021 | 1 << 6}) {
            assertThat(new FspFlags(flags).isValid()).isFalse();
            Descriptors table = Descriptors.table(0, "./s/a.ibd").withSpace(100, flags);
            TargetFile plain = target(table);
            assertThat(head(plain, SnapshotState.PAGE_COPY, 0, PAGE)).isEqualTo(PAGE);
            for (ByteBuffer page : new ByteBuffer[] {
                pageWithPlainKey(), ByteBuffer.allocate(PAGE).put(5, pageWithPlainKey(), 0, PAGE - 5)
            }) {
                assertThatExceptionOfType(CloneException.class)
                        .isThrownBy(() -> blocks.wrap(plain, SnapshotState.PAGE_COPY, page))
                        .withMessageContaining("file ./s/a.ibd is encrypted, and its FSP flags 0x")
                        .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.INCOMPATIBLE));
            }
            ByteBuffer page = TablespaceFirstPage.create(100, FLAGS, PAGE, ApplierRig.SERVER_VERSION, Optional.empty());
            blocks.wrap(plain, SnapshotState.PAGE_COPY, page);

            TargetFile encrypted = target(table.flagged(FileDescriptor.FLAG_ENCRYPTED));
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(() -> blocks.wrap(encrypted, SnapshotState.PAGE_COPY, page));
            assertThatExceptionOfType(MalformedPacketException.class)
                    .isThrownBy(() -> head(plain, SnapshotState.PAGE_COPY, 0, 1 << 20));
        }
    }

    @Test
    void wrapsAPlainKeyRegardlessOfFlags() throws Exception {
        for (TargetFile file : new TargetFile[] {encryptedFile, plainFile}) {
            ByteBuffer page = pageWithPlainKey();
            blocks.wrap(file, SnapshotState.PAGE_COPY, page);

            assertThat(EncryptionInfoBlock.formInFirstPage(page, FLAGS, PAGE)).isEqualTo(Form.WRAPPED);
            try (MasterKey master = MasterKey.publicDefault();
                    TablespaceKey key = key()) {
                assertThat(EncryptionInfoBlock.ofFirstPage(page, FLAGS, PAGE)
                                .orElseThrow()
                                .unwrap(master))
                        .isEqualTo(key);
            }
        }
    }

    @Test
    void wrapsTheKeyOfARedoHeader() throws Exception {
        ByteBuffer header = ByteBuffer.allocate(RedoHeader.LENGTH);
        EncryptionInfoBlock.putPlainInRedoHeader(header, key(), DONOR);
        blocks.wrap(redo, SnapshotState.REDO_COPY, header);
        assertThat(EncryptionInfoBlock.formInRedoHeader(header)).isEqualTo(Form.WRAPPED);
    }

    @Test
    void refusesAKeyThatTheDonorHasWrapped() throws Exception {
        ByteBuffer page = pageWithPlainKey();
        blocks.wrap(encryptedFile, SnapshotState.PAGE_COPY, page);
        byte[] before = page.array().clone();

        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> blocks.wrap(encryptedFile, SnapshotState.PAGE_COPY, page))
                .withMessageContaining("of file ./s/a.ibd is WRAPPED (expected: PLAIN)");
        blocks.wrap(plainFile, SnapshotState.PAGE_COPY, page);
        assertThat(page.array()).isEqualTo(before);
    }

    @Test
    void refusesAPlainKeyWithoutAMasterKey() {
        KeyBlocks without = new KeyBlocks(new TargetKeys(EncryptionSettings.NONE, true), PAGE);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> without.wrap(plainFile, SnapshotState.PAGE_COPY, pageWithPlainKey()))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.KEYRING));
    }

    private int head(TargetFile file, SnapshotState state, long offset, long length) {
        return blocks.headLength(file, Descriptors.block(state, 0, offset, length, 0));
    }

    private static TargetFile target(Descriptors file) {
        return new TargetFile(file.file(), Path.of("/nowhere"));
    }

    private static ByteBuffer pageWithPlainKey() {
        ByteBuffer page = TablespaceFirstPage.create(100, FLAGS, PAGE, ApplierRig.SERVER_VERSION, Optional.empty());
        EncryptionInfoBlock.putPlainInFirstPage(page, FLAGS, PAGE, key(), DONOR);
        return page;
    }

    private static TablespaceKey key() {
        byte[] keyAndIv = new byte[TablespaceKey.LENGTH];
        Arrays.fill(keyAndIv, (byte) 0x5a);
        return TablespaceKey.of(keyAndIv);
    }
}

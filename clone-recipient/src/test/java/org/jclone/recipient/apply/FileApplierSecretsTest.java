package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.MasterKey;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.encryption.TargetKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key sent with a file is wiped whether or not the file is created. */
class FileApplierSecretsTest {

    private static final int PAGE = Descriptors.PAGE_SIZE;
    private static final int FLAGS = FileDescriptor.FLAG_ENCRYPTED | FileDescriptor.FLAG_HAS_KEY;
    private static final long ENCRYPTED_TABLE = 0x6021;
    private static final byte[] ZEROS = new byte[TablespaceKey.LENGTH];

    @TempDir
    Path temp;

    private final byte[] plain = new byte[TablespaceKey.LENGTH];
    private TablespaceKey key;

    @BeforeEach
    void makeKey() {
        Arrays.fill(plain, (byte) 0x5a);
        key = TablespaceKey.of(plain);
    }

    private ApplierRig rig(EncryptionSettings settings) {
        ApplierRig rig = new ApplierRig(temp, RedoNaming.IB_REDO, Map.of(), new TargetKeys(settings, true));
        rig.goTo(SnapshotState.PAGE_COPY);
        return rig;
    }

    private FileDescriptor file(SnapshotState state) {
        return new FileDescriptor(
                100,
                state,
                7L * PAGE,
                7L * PAGE,
                ENCRYPTED_TABLE,
                4096,
                FLAGS,
                7,
                0,
                1,
                1,
                "./s/a.ibd",
                Optional.of(key));
    }

    @Test
    void wipesTheKeyWhenTheFileIsCreated() throws Exception {
        ApplierRig rig = rig(new EncryptionSettings(Optional.empty(), true));
        rig.applier.apply(file(SnapshotState.REDO_COPY), SnapshotState.PAGE_COPY);
        assertThat(key.toByteArray()).isEqualTo(ZEROS);
        rig.applier.finishRenames();

        ByteBuffer page =
                ByteBuffer.wrap(Files.readAllBytes(temp.resolve("s/a.ibd"))).limit(PAGE);
        try (MasterKey master = MasterKey.publicDefault()) {
            assertThat(EncryptionInfoBlock.ofFirstPage(page, new FspFlags(ENCRYPTED_TABLE), PAGE)
                            .orElseThrow()
                            .unwrap(master))
                    .isEqualTo(TablespaceKey.of(plain));
        }
        assertThat(rig.table.dataFile(0).descriptor().key().orElse(key).toByteArray())
                .isEqualTo(ZEROS);
    }

    @Test
    void wipesTheKeyWithoutAKeyring() {
        ApplierRig rig = rig(EncryptionSettings.NONE);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> rig.applier.apply(file(SnapshotState.REDO_COPY), SnapshotState.PAGE_COPY));
        assertThat(key.toByteArray()).isEqualTo(ZEROS);
    }

    @Test
    void wipesTheKeyOfAFileInTheWrongState() {
        ApplierRig rig = rig(new EncryptionSettings(Optional.empty(), true));
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> rig.applier.apply(file(SnapshotState.FILE_COPY), SnapshotState.PAGE_COPY));
        assertThat(key.toByteArray()).isEqualTo(ZEROS);
    }
}

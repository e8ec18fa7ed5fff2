package org.jclone.donor.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jclone.donor.fixture.FinalFile;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
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
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories that look like those of a server; real ones are served in the tests that have a server. */
class ColdDirectoryTest {

    private static final int MIB = 1 << 20;

    private static final MasterKey MASTER_KEY =
            MasterKey.random(new MasterKeyName("193c0bf9-e557-11f1-aafd-02fc00000001", 1), new SecureRandom());

    @TempDir
    Path folder;

    private static MadeDataBuilder server() {
        return MadeData.builder(3)
                .bufferPoolDump(777)
                .systemTablespace(MIB, 2 * MIB)
                .dictionary(MIB)
                .undoTablespaces(2, MIB)
                .table("shop/orders", MIB)
                .generalTablespace("./general.ibd", MIB)
                .redo(0, 65536);
    }

    private MadeData write(MadeDataBuilder builder) throws IOException {
        MadeData data = builder.build();
        for (FinalFile file : data.finalFiles()) {
            Path path = folder.resolve(file.name());
            Files.createDirectories(path.getParent());
            ByteBuffer content = ByteBuffer.allocate((int) file.size());
            file.content().read(0, content);
            Files.write(path, content.array());
        }
        return data;
    }

    private void assertRefused(String reason) {
        assertThatExceptionOfType(ColdDirectoryException.class)
                .isThrownBy(() -> ColdDirectory.open(folder).close())
                .withMessageContaining(reason)
                .satisfies(refused -> assertThat(refused.hint()).isNotBlank());
    }

    private void overwrite(String file, long offset, byte... bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(file), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }

    @Test
    void findsWhatACloneHas() throws IOException {
        write(server());
        Files.createDirectories(folder.resolve("#innodb_temp"));
        Files.write(folder.resolve("#innodb_temp/temp_1.ibt"), new byte[100]);
        Files.write(folder.resolve("ibtmp1"), new byte[100]);
        Files.write(folder.resolve("#ib_16384_0.dblwr"), new byte[100]);
        Files.write(folder.resolve("binlog.000001"), new byte[100]);
        Files.write(folder.resolve("undo_1_trunc.log"), new byte[100]);
        Files.write(folder.resolve("shop/orders.sdi"), new byte[100]);

        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            assertThat(cold.files())
                    .extracting(SourceFile::name)
                    .startsWith("ib_buffer_pool", "ibdata1", "ibdata2")
                    .containsExactlyInAnyOrder(
                            "ib_buffer_pool",
                            "ibdata1",
                            "ibdata2",
                            "undo_001",
                            "undo_002",
                            "./general.ibd",
                            "mysql.ibd",
                            "./shop/orders.ibd");
            assertThat(cold.pageSize()).isEqualTo(16384);
            assertThat(cold.modifiedPages()).isEmpty();
            assertThat(cold.ddl()).isEmpty();
        }
    }

    @Test
    void tellsWhichTablesHavePageCompression() throws IOException {
        write(server().compressedTable("shop/zlib", MIB)
                .compressedTable("shop/lz4", MIB)
                .zipTable("shop/zip", 8192, MIB));
        for (int page = 0; page < 64; page++) {
            overwrite(
                    "shop/lz4.ibd", page * 16384L + PageHeader.COMPRESSION_ALGORITHM, (byte) PageHeader.ALGORITHM_LZ4);
            overwrite("shop/zip.ibd", page * 8192L + PageHeader.TYPE, (byte) 0, (byte) 14, (byte) 2, (byte) 1);
        }
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            assertThat(cold.files())
                    .filteredOn(file -> file.flags() != 0)
                    .extracting(SourceFile::name, SourceFile::flags)
                    .containsExactlyInAnyOrder(
                            tuple("./shop/zlib.ibd", FileDescriptor.FLAG_ZLIB),
                            tuple("./shop/lz4.ibd", FileDescriptor.FLAG_LZ4));
        }
    }

    @Test
    void readsTheFilesAsTheyAre() throws IOException {
        write(server());
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            for (int index = 0; index < cold.files().size(); index++) {
                SourceFile file = cold.files().get(index);
                ByteBuffer content = ByteBuffer.allocate((int) file.size());
                cold.read(SnapshotState.FILE_COPY, new Block(index, 0, content.capacity(), file.size()), content);
                assertThat(content.array()).isEqualTo(Files.readAllBytes(folder.resolve(file.name())));
            }
        }
    }

    @Test
    void makesTheShortestRedoLog() throws IOException {
        write(server());
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            Block headerBlock = cold.redo().chunks().get(1).get(0);
            ByteBuffer header = ByteBuffer.allocate(headerBlock.length());
            cold.read(SnapshotState.REDO_COPY, headerBlock, header);
            RedoHeader read = RedoHeader.CODEC.decode(Unpooled.wrappedBuffer(header.array()));
            Block lastBlock = cold.redo().chunks().get(2).get(0);
            ByteBuffer last = ByteBuffer.allocate(lastBlock.length());
            cold.read(SnapshotState.REDO_COPY, lastBlock, last);

            assertThat(cold.redo().sentBytes()).isEqualTo(2560);
            assertThat(read.isOfClone()).isTrue();
            assertThat(read.startLsn() % RedoLogBlock.LENGTH).isZero();
            RedoLogBlock fields = RedoLogBlock.read(last.flip());
            assertThat(read.checkpointLsn1() - read.startLsn()).isEqualTo(fields.dataLength());
            assertThat(fields.number()).isEqualTo(RedoLogBlock.numberAt(read.startLsn()));
        }
    }

    @Test
    void refusesWhatIsNoDataDirectory() {
        assertRefused("is no data directory");
    }

    @Test
    void refusesACloneThatIsNotComplete() throws IOException {
        write(server());
        Files.createDirectories(folder.resolve("#clone"));
        Files.createFile(folder.resolve("#clone/#status_in_progress"));

        assertRefused("not completed");
    }

    @Test
    void refusesAServerThatCrashed() throws IOException {
        write(server().redo(4096, 65536));
        assertRefused("not shut down cleanly");
    }

    @Test
    void refusesABrokenLog() throws IOException {
        write(server());
        overwrite("#innodb_redo/#ib_redo0", 100, (byte) 1);
        assertRefused("header of");
        Files.delete(folder.resolve("#innodb_redo/#ib_redo0"));
        assertRefused("no checkpoint");
        Files.delete(folder.resolve("#innodb_redo"));
        assertRefused("there is no");
    }

    @Test
    void refusesEncryptionWithoutTheKey() throws IOException {
        write(server());
        overwrite("shop/orders.ibd", PageHeader.FSP_FLAGS + 2, (byte) 0x60);
        assertRefused("the key of");
        encrypt(MASTER_KEY);
        assertRefused("orders.ibd is encrypted");
        assertRefusedWith(Keyring.empty(), "lacks the master key");
        byte[] other = new byte[MasterKey.LENGTH];
        assertRefusedWith(Keyring.empty().with(MasterKey.of(MASTER_KEY.name(), other)), "has another key");
        Path keyring = Files.writeString(folder.resolve("keyring"), "{}");
        assertThatExceptionOfType(ColdDirectoryException.class)
                .isThrownBy(() -> ColdDirectory.open(folder, List.of(), Optional.of(keyring)))
                .withMessageContaining("is no keyring file");
    }

    @Test
    void sendsKeysInPlain() throws IOException {
        write(server());
        overwrite("shop/orders.ibd", PageHeader.FSP_FLAGS + 2, (byte) 0x60);
        encrypt(MASTER_KEY);
        Path keyring = Files.write(
                folder.resolve("keyring"), Keyring.empty().with(MASTER_KEY).encode());
        try (ColdDirectory cold = ColdDirectory.open(folder, List.of(), Optional.of(keyring))) {
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
                "shop/orders.ibd",
                EncryptionInfo.offsetInFirstPage(flags, 16384),
                WrappedKey.of(key, masterKey).toBytes().toByteArray());
    }

    private void assertRefusedWith(Keyring keyring, String reason) throws IOException {
        Path file = Files.write(folder.resolve("keyring"), keyring.encode());
        assertThatExceptionOfType(ColdDirectoryException.class)
                .isThrownBy(() -> ColdDirectory.open(folder, List.of(), Optional.of(file)))
                .withMessageContaining(reason);
    }

    @Test
    void refusesTwoFilesOfOneTablespace() throws IOException {
        write(server());
        Files.copy(folder.resolve("shop/orders.ibd"), folder.resolve("shop/copy.ibd"));
        assertRefused("have one tablespace id");
    }

    @Test
    void refusesWhatIsNoTablespace() throws IOException {
        write(server());
        Files.write(
                folder.resolve("shop/odd.ibd"),
                "this is no page, though long enough for one, as anybody can see"
                        .repeat(2)
                        .getBytes(StandardCharsets.US_ASCII));
        assertRefused("odd.ibd does not begin like a tablespace");
    }

    @Test
    void refusesToServeTwice() throws IOException {
        write(server());
        try (ColdDirectory first = ColdDirectory.open(folder)) {
            assertThat(first.files()).isNotEmpty();
            assertRefused("something uses");
        }
    }

    @Test
    void tellsTheVersionOfTheDictionary() throws IOException {
        write(server());
        overwrite("mysql.ibd", PageHeader.SERVER_VERSION, (byte) 0, (byte) 1, (byte) 0x62, (byte) 0x50);
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            assertThat(cold.version()).isEqualTo("9.7.4");
        }
    }
}

package org.jclone.donor.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.tuple;
import static org.jclone.donor.cold.MadeDirectory.overwrite;
import static org.jclone.donor.cold.MadeDirectory.server;
import static org.jclone.donor.cold.MadeDirectory.write;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories that resemble those of a server. The tests with a real server serve real ones. */
class ColdDirectoryTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private void assertRefused(String reason) {
        assertThatExceptionOfType(ColdDirectoryException.class)
                .isThrownBy(() -> ColdDirectory.open(folder).close())
                .withMessageContaining(reason)
                .satisfies(refused -> assertThat(refused.hint()).isNotBlank());
    }

    @Test
    void findsTheFilesOfAClone() throws IOException {
        write(folder, server());
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
    void listsMissingTablespaces() throws IOException {
        write(folder, server());
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            assertThat(cold.missingTablespaces()).isEmpty();
        }
        DictionaryPage spaces = new DictionaryPage(90)
                .tablespace(1, "mysql", SpaceIds.DICTIONARY, "normal")
                .tablespace(2, "shop/orders", 1, "normal")
                .tablespace(3, "shop/far", 77, "normal");
        overwrite(folder, "mysql.ibd", 150, new byte[40 * 16]); // no page is free
        overwrite(
                folder,
                "mysql.ibd",
                5 * DictionaryPage.PAGE_SIZE,
                spaces.bytes().array());
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            assertThat(cold.missingTablespaces()).contains(List.of("shop/far"));
        }
    }

    @Test
    void detectsPageCompression() throws IOException {
        write(
                folder,
                server().compressedTable("shop/zlib", MIB)
                        .compressedTable("shop/lz4", MIB)
                        .zipTable("shop/zip", 8192, MIB));
        for (int page = 0; page < 64; page++) {
            overwrite(folder, "shop/lz4.ibd", page * 16384L + PageHeader.COMPRESSION_ALGORITHM, (byte)
                    PageHeader.ALGORITHM_LZ4);
            overwrite(folder, "shop/zip.ibd", page * 8192L + PageHeader.TYPE, (byte) 0, (byte) 14, (byte) 2, (byte) 1);
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
    void readsFilesUnchanged() throws IOException {
        write(folder, server());
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
    void servesTheShortestRedoLogAfterACleanShutdown() throws IOException {
        write(folder, server());
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
    void refusesADirectoryThatIsNotADataDirectory() {
        assertRefused("is not a data directory");
    }

    @Test
    void refusesAnIncompleteClone() throws IOException {
        write(folder, server());
        Files.createDirectories(folder.resolve("#clone"));
        Files.createFile(folder.resolve("#clone/#status_in_progress"));

        assertRefused("incomplete clone");
    }

    @Test
    void refusesAServerThatCrashed() throws IOException {
        write(folder, server().redo(4096, 65536));
        assertRefused("not shut down cleanly");
    }

    @Test
    void refusesADamagedRedoLog() throws IOException {
        write(folder, server());
        overwrite(folder, "#innodb_redo/#ib_redo0", 100, (byte) 1);
        assertRefused("header of");
        Files.delete(folder.resolve("#innodb_redo/#ib_redo0"));
        assertRefused("no checkpoint");
        Files.delete(folder.resolve("#innodb_redo"));
        assertRefused("there is no");
    }

    @Test
    void refusesTwoFilesWithTheSameTablespaceId() throws IOException {
        write(folder, server());
        Files.copy(folder.resolve("shop/orders.ibd"), folder.resolve("shop/copy.ibd"));
        assertRefused("have the same tablespace id");
    }

    @Test
    void refusesAFileThatIsNotATablespace() throws IOException {
        write(folder, server());
        Files.write(
                folder.resolve("shop/odd.ibd"),
                "this is no page, though long enough for one, as anybody can see"
                        .repeat(2)
                        .getBytes(StandardCharsets.US_ASCII));
        assertRefused("odd.ibd does not begin with a tablespace header");
    }

    @Test
    void refusesToServeTwice() throws Exception {
        write(folder, server());
        try (ColdDirectory first = ColdDirectory.open(folder)) {
            assertThat(first.files()).isNotEmpty();
            assertRefused("a server or another donor uses");
            assertThat(LockProbe.isLocked(folder.resolve("ibdata1")))
                    .as("also after another attempt to open it")
                    .isTrue();
        }
        assertThat(LockProbe.isLocked(folder.resolve("ibdata1"))).isFalse();
    }

    @Test
    void keepsTheLockWhileItReads() throws Exception {
        write(folder, server());
        Files.createLink(folder.resolve("hard.link"), folder.resolve("ibdata1"));
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            assertThat(cold.files())
                    .extracting(SourceFile::name)
                    .contains("ibdata1")
                    .doesNotContain("hard.link");
            for (int index = 0; index < cold.files().size(); index++) {
                SourceFile file = cold.files().get(index);
                ByteBuffer content = ByteBuffer.allocate((int) file.size());
                cold.read(SnapshotState.FILE_COPY, new Block(index, 0, content.capacity(), file.size()), content);
            }
            cold.requireUnchanged();
            assertThat(LockProbe.isLocked(folder.resolve("ibdata1"))).isTrue();
            assertThat(LockProbe.isLocked(folder.resolve("ibdata2"))).isTrue();
        }
    }

    @Test
    void noticesAChangedFile() throws IOException {
        write(folder, server());
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            cold.requireUnchanged();
            Path table = folder.resolve("shop/orders.ibd");
            Files.setLastModifiedTime(table, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
            assertThatIOException()
                    .isThrownBy(cold::requireUnchanged)
                    .withMessageContaining("shop/orders.ibd was changed while it was served")
                    .withMessageContaining("2026-01-02T03:04:05Z");
        }
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            Files.write(folder.resolve("#innodb_redo/#ib_redo0"), new byte[1], StandardOpenOption.APPEND);
            assertThatIOException().isThrownBy(cold::requireUnchanged).withMessageContaining("#ib_redo0");
        }
    }

    @Test
    void refusesPartOfASystemTablespace(@TempDir Path elsewhere) throws IOException {
        write(folder, server());
        Files.move(folder.resolve("ibdata2"), elsewhere.resolve("ibdata2"));
        assertRefused("part of the system tablespace is missing: page 0 of " + folder.resolve("ibdata1")
                + " says 192 pages, and the file has 64");
        Files.move(elsewhere.resolve("ibdata2"), folder.resolve("ibdata2"));
        try (FileChannel first = FileChannel.open(folder.resolve("ibdata1"), StandardOpenOption.WRITE)) {
            first.truncate(MIB / 2);
        }
        assertRefused("the file has 32");
    }

    @Test
    void findsTheSystemTablespaceUnderAnyFileNames() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        Path data = Files.createDirectories(folder.resolve("data"));
        write(data, server());
        Files.move(data.resolve("ibdata1"), data.resolve("zz"));
        Files.move(data.resolve("ibdata2"), other.resolve("sys2"));
        assertThatExceptionOfType(ColdDirectoryException.class)
                .isThrownBy(() -> ColdDirectory.open(data).close())
                .satisfies(refused -> assertThat(refused.hint()).contains("--directories"));

        try (ColdDirectory cold = ColdDirectory.open(data, List.of(other), Optional.empty())) {
            assertThat(cold.files()).extracting(SourceFile::name).startsWith("ib_buffer_pool", "zz", "sys2");
        }
    }

    @Test
    void findsEachFileOnceInDirectoriesThatContainEachOther() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Path outer = folder.resolve("outer");
        Path inner = Files.createDirectories(outer.resolve("inner"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), inner);
        write(data, server());
        Files.move(data.resolve("shop/orders.ibd"), inner.resolve("orders.ibd"));
        Files.move(data.resolve("undo_002"), inner.resolve("undo_002"));

        try (ColdDirectory cold = ColdDirectory.open(data, List.of(link, inner, outer, outer), Optional.empty())) {
            assertThat(cold.files())
                    .extracting(SourceFile::name)
                    .contains(outer + "/inner/orders.ibd", "undo_001", "undo_002")
                    .hasSize(8);
        }
    }

    /** A second file that was never written to is all zeros, so its contents do not identify it. */
    @Test
    void findsUnwrittenFilesOfTheSystemTablespace() throws IOException {
        write(folder, server());
        Files.write(folder.resolve("ibdata2"), new byte[2 * MIB]);
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            assertThat(cold.files()).extracting(SourceFile::name).startsWith("ib_buffer_pool", "ibdata1", "ibdata2");
        }
        Files.move(folder.resolve("ibdata2"), folder.resolve("aaa"));
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            assertThat(cold.files()).extracting(SourceFile::name).startsWith("ib_buffer_pool", "ibdata1", "aaa");
        }
        Files.write(folder.resolve("aaa"), new byte[MIB]);
        assertRefused("part of the system tablespace is missing");
    }

    @Test
    void ignoresLeftoverCopiesOfTheSystemTablespace() throws IOException {
        write(folder, server());
        Files.copy(folder.resolve("ibdata1"), folder.resolve("ibdata1.bak"));
        Files.copy(folder.resolve("ibdata2"), folder.resolve("ibdata2.bak"));
        Files.copy(folder.resolve("ibdata1"), folder.resolve("a_copy"));
        assertRefused("are the same part of the system tablespace");
        // The server was shut down once more after the copy was made.
        overwrite(folder, "ibdata1", PageHeader.FLUSH_LSN + 7, (byte) 1);
        overwrite(folder, "ibdata1.bak", PageHeader.FLUSH_LSN + 7, (byte) 1);
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            assertThat(cold.files())
                    .filteredOn(file -> file.spaceId() == SpaceIds.SYSTEM)
                    .extracting(SourceFile::name)
                    .containsExactly("ibdata1", "ibdata2");
        }
    }

    @Test
    void refusesARedoLogThatDoesNotMatchTheData() throws IOException {
        write(folder, server());
        overwrite(folder, "ibdata1", PageHeader.FLUSH_LSN, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
        assertRefused("and the server was shut down at LSN 4294967296");
    }

    @Test
    void refusesACloneThatHasNotReplacedTheOldData() throws IOException {
        write(folder, server());
        Files.createDirectories(folder.resolve("#clone"));
        Files.writeString(folder.resolve("#clone/#replace_files"), "ibdata1\n");
        assertRefused("has not replaced the old data yet");
    }

    @Test
    void servesTheWholeRedoLogOfAFreshClone() throws IOException {
        MadeData data = write(folder, server().redo(300_000, 65536));
        assertRefused("not shut down cleanly");
        Files.createDirectories(folder.resolve("#clone"));
        Files.createFile(folder.resolve("#clone/#status_fix"));

        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            assertThat(cold.recovers()).isTrue();
            assertThat(cold.redo()).isEqualTo(data.redo());
            for (List<Block> chunk : cold.redo().chunks()) {
                for (Block block : chunk) {
                    ByteBuffer expected = ByteBuffer.allocate(block.length());
                    ByteBuffer found = ByteBuffer.allocate(block.length());
                    data.read(SnapshotState.REDO_COPY, block, expected);
                    cold.read(SnapshotState.REDO_COPY, block, found);
                    assertThat(found.flip()).isEqualTo(expected.flip());
                }
            }
        }
        overwrite(folder, "#innodb_redo/#ib_redo2", 4096, (byte) 77);
        assertRefused("ends early");
        Files.createFile(folder.resolve("#clone/#status_recovery"));
        assertRefused("not shut down cleanly");
    }

    @Test
    void readsTheVersionOfTheDictionary() throws IOException {
        write(folder, server());
        overwrite(folder, "mysql.ibd", PageHeader.SERVER_VERSION, (byte) 0, (byte) 1, (byte) 0x62, (byte) 0x50);
        try (ColdDirectory cold = ColdDirectory.open(folder)) {
            assertThat(cold.version()).isEqualTo("9.7.4");
        }
    }
}

package org.jclone.protocol.innodb.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.jclone.protocol.GoldenBytes.assertDecodes;
import static org.jclone.protocol.GoldenBytes.assertEncodesAndDecodes;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsEveryTruncation;
import static org.jclone.protocol.GoldenBytes.assertRejectsTrailingByte;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jclone.protocol.Hex;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.junit.jupiter.api.Test;

class FileDescriptorTest {

    private static final byte[] PAGE_COMPRESSED = Hex.bytes("""
            00000064 0000004a 00000004             # version 100, length 74, type 4
            00000002                               # FILE_COPY
            0000000000048000 0000000000019000      # size, allocated
            00004021 00001000 0001                 # FSP flags, block size 4096, zlib
            00000004 00000005                      # space 4, file 5
            00000006 00000006                      # chunks 6 to 6
            0000000c 2e2f74312f70632e69626400      # "./t1/pc.ibd"
            """);
    private static final FileDescriptor MESSAGE =
            file(SnapshotState.FILE_COPY, 0x48000, 0x19000, 0x4021, 4096, 0x01, 4, 5, 6, 6, "./t1/pc.ibd");

    private static final byte[] WITH_KEY = Hex.bytes("""
            00000064 0000008a 00000004 00000004 000000000001c000 000000000001c000 00006021 00001000 0024 00000007
            0000000b 00000001 00000001
            0000000c 2e2f74312f65702e69626400                                   # "./t1/ep.ibd"
            d2a6f941de5368a028057168260b370cdd190d2dc697da5e90e1ef0f2b8c8510    # key
            853211593cf1bc174c28645f0d5e2dbdbb399c0c7783bf0dadb8b2b1c02092ac    # IV
            """);

    @Test
    void encodesAndDecodesAPageCompressedFile() {
        assertEncodesAndDecodes(FileDescriptor.CODEC, MESSAGE, PAGE_COMPRESSED);
        assertThat(MESSAGE.isZlibCompressed()).isTrue();
        assertThat(MESSAGE.isLz4Compressed()).isFalse();
        assertThat(MESSAGE.isPageCompressed()).isTrue();
        assertThat(MESSAGE.isEncrypted() || MESSAGE.isRenamed() || MESSAGE.isDeleted() || MESSAGE.hasKey())
                .isFalse();
    }

    @Test
    void encodesAndDecodesTheBufferPoolDump() {
        assertEncodesAndDecodes(
                FileDescriptor.CODEC,
                file(
                        SnapshotState.FILE_COPY,
                        0x18dc,
                        0x18dc,
                        FileDescriptor.NO_FSP_FLAGS,
                        0,
                        0,
                        0xffff_ffffL,
                        0,
                        1,
                        1,
                        "ib_buffer_pool"),
                Hex.bytes("""
                        00000064 0000004d 00000004 00000002 00000000000018dc 00000000000018dc ffffffff 00000000 0000
                        ffffffff 00000000 00000001 00000001 0000000f 69625f6275666665725f706f6f6c00
                        """));
    }

    @Test
    void encodesAndDecodesARedoFileWhichHasNoName() {
        assertEncodesAndDecodes(
                FileDescriptor.CODEC,
                file(SnapshotState.REDO_COPY, 8 << 20, 0, FileDescriptor.NO_FSP_FLAGS, 0, 0, 0xffff_fff0L, 0, 1, 1, ""),
                Hex.bytes("""
                        00000064 0000003e 00000004 00000004 0000000000800000 0000000000000000 ffffffff 00000000 0000
                        fffffff0 00000000 00000001 00000001 00000000
                        """));
    }

    @Test
    void encodesAndDecodesAKey() {
        FileDescriptor message = withKey(0x24);

        assertEncodesAndDecodes(FileDescriptor.CODEC, message, WITH_KEY);
        assertThat(message.isEncrypted()).isTrue();
        assertThat(message.hasKey()).isTrue();
    }

    @Test
    void encodesAndDecodesARenamedFileWithANameInFileNameEncoding() {
        FileDescriptor renamed =
                file(SnapshotState.PAGE_COPY, 1, 1, 0x4021, 4096, 0x08, 3, 4, 1, 1, "./we@0020ird@002d@1o/zz.ibd");
        ByteBuf out = Unpooled.buffer();

        renamed.encode(out);

        assertThat(Hex.dump(out))
                .endsWith("0008000000030000000400000001000000010000001c"
                        + "2e2f77654030303230697264403030326440316f2f7a7a2e69626400");
        assertThat(CloneDescriptor.decode(out)).isEqualTo(renamed);
        assertThat(renamed.isRenamed()).isTrue();
    }

    @Test
    void recognizesADeletedFileAndLz4() {
        FileDescriptor deleted = file(SnapshotState.FILE_COPY, 0, 0, 0, 0, 0x12, 3, 16, 18, 0, "./t/d.ibd");

        assertThat(deleted.isDeleted()).isTrue();
        assertThat(deleted.isLz4Compressed()).isTrue();
        assertThat(deleted.isPageCompressed()).isTrue();
        assertThat(deleted.isZlibCompressed()).isFalse();
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        assertRejectsEveryTruncation(FileDescriptor.CODEC::decode, PAGE_COMPRESSED);
        assertRejectsEveryTruncation(FileDescriptor.CODEC::decode, WITH_KEY);
        assertRejectsTrailingByte(FileDescriptor.CODEC::decode, PAGE_COMPRESSED);
    }

    @Test
    void ignoresFieldsThatAFutureVersionAdds() {
        byte[] longer = Arrays.copyOf(PAGE_COMPRESSED, PAGE_COMPRESSED.length + 3);
        longer[7] = (byte) longer.length;
        assertDecodes(FileDescriptor.CODEC::decode, longer, MESSAGE);
    }

    @Test
    void rejectsANameWithoutNulOrWithOneInside() {
        byte[] unterminated = PAGE_COMPRESSED.clone();
        unterminated[unterminated.length - 1] = 'x';
        assertMalformed(FileDescriptor.CODEC::decode, unterminated, "name", 62);
        byte[] inside = PAGE_COMPRESSED.clone();
        inside[64] = 0;
        assertMalformed(FileDescriptor.CODEC::decode, inside, "name", 62);
    }

    @Test
    void rejectsANameWithInvalidUtf8() {
        byte[] latin1 = PAGE_COMPRESSED.clone();
        latin1[64] = (byte) 0xe4;
        assertMalformed(FileDescriptor.CODEC::decode, latin1, "name", 62);
    }

    @Test
    void rejectsANameLengthThatIsOneOrBeyondTheEndOrTheLimit() {
        assertMalformed(FileDescriptor.CODEC::decode, withNameLength("00000001"), "nameLength", 58);
        assertMalformed(FileDescriptor.CODEC::decode, withNameLength("0000000d"), "name", 62);
        assertMalformed(FileDescriptor.CODEC::decode, withNameLength("00001001"), "nameLength", 58);
        assertMalformed(FileDescriptor.CODEC::decode, withNameLength("ffffffff"), "nameLength", 58);
    }

    @Test
    void rejectsAKeyFlagWithoutKey() {
        byte[] noKey = PAGE_COMPRESSED.clone();
        noKey[41] = 0x20;
        assertMalformed(FileDescriptor.CODEC::decode, noKey, "key", PAGE_COMPRESSED.length);
    }

    @Test
    void encodesAndDecodesTheLongestName() {
        String longest = "n".repeat(FileDescriptor.MAX_NAME_LENGTH - 1);
        FileDescriptor message = file(SnapshotState.FILE_COPY, 0, 0, 0, 0, 0, 1, 1, 1, 1, longest);
        ByteBuf out = Unpooled.buffer();

        message.encode(out);

        assertThat(out.readableBytes()).isEqualTo(FileDescriptor.BASE_LENGTH + FileDescriptor.MAX_NAME_LENGTH);
        assertThat(FileDescriptor.CODEC.decode(out)).isEqualTo(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file(SnapshotState.FILE_COPY, 0, 0, 0, 0, 0, 1, 1, 1, 1, longest + "n"));
    }

    @Test
    void cannotHaveANulInItsNameOrAKeyWithoutTheFlag() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file(SnapshotState.FILE_COPY, 0, 0, 0, 0, 0, 1, 1, 1, 1, "a\0b"));
        assertThatIllegalArgumentException().isThrownBy(() -> withKey(0x04));
    }

    @Test
    void doesNotPrintKeys() {
        assertThat(withKey(0x24).toString())
                .contains("REDACTED")
                .doesNotContain("d2a6f9")
                .doesNotContain("853211");
    }

    @Test
    void keysHaveExactLengths() {
        assertThatIllegalArgumentException().isThrownBy(() -> TablespaceKey.of(new byte[63]));
        assertThatIllegalArgumentException().isThrownBy(() -> TablespaceKey.of(new byte[65]));
    }

    @Test
    void removesItsKeyForStorage() {
        FileDescriptor kept = withKey(0x24).withoutKey();

        assertThat(kept.key()).isEmpty();
        assertThat(kept.flags()).isEqualTo(FileDescriptor.FLAG_ENCRYPTED);
        assertThat(kept.name()).isEqualTo("./t1/ep.ibd");
    }

    private static byte[] withNameLength(String hex) {
        byte[] bytes = PAGE_COMPRESSED.clone();
        System.arraycopy(HexFormat.of().parseHex(hex), 0, bytes, 58, 4);
        return bytes;
    }

    private static FileDescriptor withKey(int flags) {
        TablespaceKey key = TablespaceKey.of(Hex.bytes("""
                d2a6f941de5368a028057168260b370cdd190d2dc697da5e90e1ef0f2b8c8510
                853211593cf1bc174c28645f0d5e2dbdbb399c0c7783bf0dadb8b2b1c02092ac
                """));
        return new FileDescriptor(
                100,
                SnapshotState.REDO_COPY,
                0x1c000,
                0x1c000,
                0x6021,
                4096,
                flags,
                7,
                11,
                1,
                1,
                "./t1/ep.ibd",
                Optional.of(key));
    }

    private static FileDescriptor file(
            SnapshotState state,
            long fileSize,
            long allocatedSize,
            long fspFlags,
            long fsBlockSize,
            int flags,
            long spaceId,
            long fileIndex,
            long firstChunk,
            long lastChunk,
            String name) {
        return new FileDescriptor(
                100,
                state,
                fileSize,
                allocatedSize,
                fspFlags,
                fsBlockSize,
                flags,
                spaceId,
                fileIndex,
                firstChunk,
                lastChunk,
                name,
                Optional.empty());
    }
}

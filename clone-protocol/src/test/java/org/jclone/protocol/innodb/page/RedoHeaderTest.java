package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.jclone.protocol.GoldenBytes.assertEncodesAndDecodes;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsEveryTruncation;
import static org.jclone.protocol.GoldenBytes.assertRejectsTrailingByte;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jclone.protocol.Hex;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class RedoHeaderTest {

    private static final byte[] OF_FILE_0 = Hex.bytes("""
            00000006 9cc1033c 00000000014f9c00             # format 6, uuid, start LSN
            4d7953514c20436c6f6e65 00*21 00000000          # "MySQL Clone", flags
            00*456 a006a299                                # checksum of block 0
            00*8 00000000014f9c48 00*492 4c932388          # checkpoint and checksum of block 1
            00*512                                         # no encryption in block 2
            00*8 00000000014f9c48 00*492 4c932388          # checkpoint and checksum of block 3
            """);
    private static final RedoHeader MESSAGE =
            new RedoHeader(0x9cc1033cL, 0x14f9c00, "MySQL Clone", 0, 0x14f9c48, 0x14f9c48, RedoHeader.NO_ENCRYPTION);

    @Test
    void encodesAndDecodesTheHeaderOfFile0() {
        assertThat(OF_FILE_0).hasSize(RedoHeader.LENGTH);
        assertEncodesAndDecodes(RedoHeader.CODEC, MESSAGE, OF_FILE_0);
        assertThat(MESSAGE.isOfClone()).isTrue();
        assertThat(MESSAGE.isEncrypted()).isFalse();
    }

    @Test
    void encodesAndDecodesTheHeaderOfAnotherFile() {
        assertEncodesAndDecodes(
                RedoHeader.CODEC,
                new RedoHeader(1, Long.MAX_VALUE, "", 0xffff_ffffL, 0, 0, RedoHeader.NO_ENCRYPTION),
                withChecksums("""
                        00000006 00000001 7fffffffffffffff 00*32 ffffffff 00*460
                        00*508 ec57a9c3 00*512 00*508 ec57a9c3
                        """));
    }

    @Test
    void preservesTheEncryptionInformationAndDoesNotPrintIt() {
        byte[] info = new byte[EncryptionInfo.LENGTH];
        Arrays.fill(info, (byte) 0xa5);
        byte[] bytes = OF_FILE_0.clone();
        System.arraycopy(info, 0, bytes, EncryptionInfo.REDO_FILE_OFFSET, info.length);
        RedoHeader encrypted =
                new RedoHeader(0x9cc1033cL, 0x14f9c00, "MySQL Clone", 0, 0x14f9c48, 0x14f9c48, Bytes.of(info));

        assertEncodesAndDecodes(RedoHeader.CODEC, encrypted, bytes);
        assertThat(encrypted.isEncrypted()).isTrue();
        assertThat(encrypted.toString()).contains("REDACTED").doesNotContain("a5a5");
        assertThat(MESSAGE.toString()).contains("encryption=none");
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        assertRejectsEveryTruncation(RedoHeader.CODEC::decode, OF_FILE_0);
        assertRejectsTrailingByte(RedoHeader.CODEC::decode, OF_FILE_0);
    }

    @Test
    void rejectsAChangedByteOfEachBlockWithChecksum() {
        assertMalformed(RedoHeader.CODEC::decode, changed(100), "checksum", 508);
        assertMalformed(RedoHeader.CODEC::decode, changed(600), "checksum", 1020);
        assertMalformed(RedoHeader.CODEC::decode, changed(2047), "checksum", 2044);
    }

    @Test
    void rejectsOtherFormatsAndAnUnterminatedCreator() {
        assertMalformed(RedoHeader.CODEC::decode, changed(3), "format", 0);
        byte[] endless = OF_FILE_0.clone();
        Arrays.fill(endless, 16, 48, (byte) 'x');
        assertMalformed(RedoHeader.CODEC::decode, endless, "creator", 16);
    }

    @Test
    void rejectsValuesOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RedoHeader(1, 0, "x".repeat(32), 0, 0, 0, RedoHeader.NO_ENCRYPTION));
        assertThatIllegalArgumentException().isThrownBy(() -> new RedoHeader(1, 0, "x", 0, 0, 0, Bytes.EMPTY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RedoHeader(1, -1, "x", 0, 0, 0, RedoHeader.NO_ENCRYPTION));
    }

    private static byte[] changed(int offset) {
        byte[] bytes = OF_FILE_0.clone();
        bytes[offset] ^= 1;
        return bytes;
    }

    private static byte[] withChecksums(String hex) {
        byte[] bytes = Hex.bytes(hex);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        buffer.putInt(508, PageChecksum.crc32c(buffer, 0, 508));
        return bytes;
    }
}

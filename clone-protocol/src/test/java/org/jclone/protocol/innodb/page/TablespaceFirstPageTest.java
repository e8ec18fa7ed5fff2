package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.jclone.protocol.Hex;
import org.jclone.protocol.innodb.page.PageCheck.Finding;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class TablespaceFirstPageTest {

    private static final FspFlags PLAIN = new FspFlags(0x4021);
    private static final FspFlags ZIP = new FspFlags(0x4029);

    @Test
    void writesTheFieldsOfTheSpecificationAndZeros() {
        ByteBuffer page = TablespaceFirstPage.create(16, PLAIN, 16384, 90704, Optional.empty());

        assertThat(page.remaining()).isEqualTo(16384);
        assertThat(Hex.dump(bytes(page, 4, 58))).isEqualTo(Hex.dump(Hex.bytes("""
                        00000000                     # page 0
                        00016250 00000001            # server 9.7.4, version of the tablespace
                        00*8 0000 00*8               # no LSN, no type
                        00000010 00000010            # space id twice
                        00*12 00004021               # FSP flags
                        """)));
        assertThat(page.getInt(0)).isEqualTo(page.getInt(16384 - 8)).isEqualTo(PageChecksum.crc32c(page));
        assertThat(bytes(page, 58, 16384 - 8)).containsOnly(0);
        assertThat(page.getInt(16384 - 4)).isZero();
        assertFine(PLAIN, 16384, 16, page);
    }

    @Test
    void addsThePageSizeToTheFlags() {
        ByteBuffer page = TablespaceFirstPage.create(16, PLAIN, 4096, 90704, Optional.empty());

        assertThat(page.remaining()).isEqualTo(4096);
        assertThat(page.getInt(PageHeader.FSP_FLAGS)).isEqualTo(0x40e1);
        assertFine(PLAIN, 4096, 16, page);
    }

    @Test
    void zipPagesHaveTheirOwnSizeAndNoTrailer() {
        ByteBuffer page = TablespaceFirstPage.create(0xffff_fff0L, ZIP, 16384, 80044, Optional.empty());

        assertThat(page.remaining()).isEqualTo(8192);
        assertThat(page.getLong(8192 - 8)).isZero();
        assertThat(page.getInt(PageHeader.SPACE_ID)).isEqualTo(0xffff_fff0);
        assertFine(ZIP, 16384, 0xffff_fff0L, page);
    }

    @Test
    void writesTheEncryptionInformationAtItsOffset() {
        byte[] info = new byte[EncryptionInfo.LENGTH];
        Arrays.fill(info, (byte) 0x5a);

        ByteBuffer page = TablespaceFirstPage.create(16, PLAIN, 16384, 90704, Optional.of(Bytes.of(info)));

        assertThat(bytes(page, 10390, 10390 + 111)).isEqualTo(info);
        assertThat(page.get(10389)).isZero();
        assertThat(page.get(10390 + 111)).isZero();
        assertFine(PLAIN, 16384, 16, page);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        TablespaceFirstPage.create(16, PLAIN, 16384, 90704, Optional.of(Bytes.of(new byte[110]))));
    }

    @Test
    void aNewFileHasSevenPagesAndAnUndoTablespaceSixteenMebibytes() {
        assertThat(TablespaceFirstPage.initialFileSize(16, PLAIN, 16384)).isEqualTo(7 * 16384);
        assertThat(TablespaceFirstPage.initialFileSize(16, ZIP, 16384)).isEqualTo(7 * 8192);
        assertThat(TablespaceFirstPage.initialFileSize(SpaceIds.UNDO_MAX, new FspFlags(0), 16384))
                .isEqualTo(16 << 20);
        assertThat(TablespaceFirstPage.initialFileSize(SpaceIds.UNDO_MIN, new FspFlags(0xc0), 4096))
                .isEqualTo(16 << 20);
    }

    private static void assertFine(FspFlags flags, int pageSize, long spaceId, ByteBuffer page) {
        assertThat(new PageCheck(flags, pageSize, spaceId).check(page, 0).finding())
                .isEqualTo(Finding.OK);
    }

    private static byte[] bytes(ByteBuffer page, int from, int to) {
        byte[] bytes = new byte[to - from];
        page.get(from, bytes);
        return bytes;
    }
}

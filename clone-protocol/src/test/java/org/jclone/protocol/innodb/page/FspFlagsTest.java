package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FspFlagsTest {

    @ParameterizedTest
    @CsvSource({
        "0x4021, 16384, 16384, 0",
        "0x4029, 16384,  8192, 8192",
        "0x6027, 16384,  4096, 4096",
        "0x40e1,  4096,  4096, 0",
        "0x40e5,  4096,  2048, 2048",
        "0x41e1, 65536, 65536, 0",
        "0x0000, 16384, 16384, 0",
        "0x00c0,  4096,  4096, 0",
        "0x01c0, 65536, 65536, 0",
    })
    void decodesThePageSizesOfObservedFlags(String value, int pageSize, int physicalPageSize, int zipPageSize) {
        FspFlags flags = new FspFlags(Long.decode(value));

        assertThat(flags.isValid()).isTrue();
        assertThat(flags.pageSize()).isEqualTo(pageSize);
        assertThat(flags.physicalPageSize(pageSize)).isEqualTo(physicalPageSize);
        assertThat(flags.zipPageSize()).isEqualTo(zipPageSize);
        assertThat(flags.isZip()).isEqualTo(zipPageSize != 0);
        assertThat(flags.withPageSize(pageSize)).isEqualTo(flags);
    }

    @Test
    void readsEachBit() {
        assertThat(new FspFlags(1).isPostAntelope()).isTrue();
        assertThat(new FspFlags(1 << 5).hasAtomicBlobs()).isTrue();
        assertThat(new FspFlags(1 << 10).hasDataDirectory()).isTrue();
        assertThat(new FspFlags(1 << 11).isGeneral()).isTrue();
        assertThat(new FspFlags(1 << 12).isTemporary()).isTrue();
        assertThat(new FspFlags(1 << 13).isEncrypted()).isTrue();
        assertThat(new FspFlags(1 << 14).hasSdi()).isTrue();
        FspFlags others = new FspFlags(0x7fff & ~(1 | 1 << 5 | 0x1f << 10));
        assertThat(others.isPostAntelope() || others.hasAtomicBlobs() || others.hasDataDirectory())
                .isFalse();
        assertThat(others.isGeneral() || others.isTemporary() || others.isEncrypted() || others.hasSdi())
                .isFalse();
    }

    @Test
    void aFileThatIsNotATablespaceHasNoProperties() {
        assertThat(FspFlags.NONE.isTablespace()).isFalse();
        assertThat(FspFlags.NONE.isValid()).isFalse();
        assertThat(FspFlags.NONE.isZip()).isFalse();
        assertThat(FspFlags.NONE.isEncrypted()).isFalse();
        assertThat(FspFlags.NONE.physicalPageSize(4096)).isEqualTo(4096);
    }

    @Test
    void flagsOutOfRangeAreNotValid() {
        assertThat(new FspFlags(0x8000).isValid()).as("unknown bit").isFalse();
        assertThat(new FspFlags(6 << 1).isValid()).as("zip pages of 32 KiB").isFalse();
        assertThat(new FspFlags(2 << 6).isValid()).as("pages of 2 KiB").isFalse();
        assertThat(new FspFlags(8 << 6).isValid()).as("pages of 128 KiB").isFalse();
        assertThat(new FspFlags(3 << 6 | 4 << 1).isValid())
                .as("zip pages above page size")
                .isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new FspFlags(1L << 32));
    }

    @Test
    void addsThePageSize() {
        assertThat(new FspFlags(0x4021).withPageSize(4096)).isEqualTo(new FspFlags(0x40e1));
        assertThat(new FspFlags(0x40e1).withPageSize(16384)).isEqualTo(new FspFlags(0x4021));
        assertThat(new FspFlags(0).withPageSize(65536)).isEqualTo(new FspFlags(0x1c0));
        assertThatIllegalArgumentException().isThrownBy(() -> new FspFlags(0).withPageSize(2048));
    }
}

package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.compress.CompressionAlgorithm.ZLIB;
import static org.jclone.protocol.compress.CompressionAlgorithm.ZSTD;
import static org.jclone.recipient.connection.CompressionSpeed.mibPerSecond;

import org.junit.jupiter.api.Test;

class CompressionSpeedTest {

    @Test
    void knowsHowFastACpuCompresses() {
        assertThat(mibPerSecond(ZSTD, 1)).isBetween(10.0, 10_000.0);
    }

    @Test
    void tellsAHardCompressionFromAnEasyOne() {
        assertThat(mibPerSecond(ZSTD, 19)).isLessThan(mibPerSecond(ZSTD, 1));
        assertThat(mibPerSecond(ZLIB, 1)).isLessThan(mibPerSecond(ZSTD, 1));
    }
}

package org.jclone.protocol.clone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CloneErrorTest {

    @Test
    void aDonorWaitsAfterNetworkErrors() {
        assertThat(LongStream.range(0, 20000).filter(CloneError::isNetworkError))
                .containsExactly(1158L, 1159L, 1160L, 1161L, 13417L);
    }

    @Test
    void aDonorClosesTheConnectionOnNetworkAndProtocolErrors() {
        assertThat(LongStream.range(0, 20000).filter(CloneError::closesConnection))
                .containsExactly(1153L, 1156L, 1157L, 1158L, 1159L, 1160L, 1161L, 3863L, 13417L);
    }
}

package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jclone.recipient.storage.DirectIo;
import org.junit.jupiter.api.Test;

class BlockMemoryTest {

    private static final int HUGE_PAGE = 2 << 20;
    private static final int BLOCK = 1 << 20;

    private final BlockMemory memory = new BlockMemory();

    @Test
    void alignsPartsForDirectIoAndPutsTwoIntoAHugePage() {
        assertThat(memory.take(BLOCK).alignmentOffset(0, DirectIo.ALIGNMENT)).isZero();
        for (int i = 0; i < 12; i++) {
            ByteBuffer part = memory.take(BLOCK);
            assertThat(part.isDirect()).isTrue();
            assertThat(part.capacity()).isEqualTo(BLOCK);
            assertThat(part.alignmentOffset(0, DirectIo.ALIGNMENT)).isZero();
            assertThat(part.alignmentOffset(0, HUGE_PAGE)).isEqualTo(i % 2 * BLOCK);
        }
    }

    @Test
    void sharesNoByteBetweenParts() {
        List<ByteBuffer> parts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ByteBuffer part = memory.take(BLOCK);
            parts.add(part);
            while (part.hasRemaining()) {
                part.put((byte) i);
            }
        }
        for (int i = 0; i < parts.size(); i++) {
            ByteBuffer part = parts.get(i);
            assertThat(part.get(0)).isEqualTo((byte) i);
            assertThat(part.get(BLOCK - 1)).isEqualTo((byte) i);
        }
    }
}

package org.jclone.protocol.innodb.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SecretBytesTest {

    @Test
    void isACopyOutsideTheHeapUntilClosed() {
        byte[] mine = {1, 2, 3, 4};
        SecretBytes secret = SecretBytes.of(mine);
        mine[0] = 9;
        assertThat(secret.bytes().isDirect()).isTrue();
        assertThat(secret.toByteArray()).containsExactly(1, 2, 3, 4);
        assertThat(secret.toByteArray(1, 2)).containsExactly(2, 3);
        assertThat(SecretBytes.of(ByteBuffer.wrap(mine), 1, 3).toByteArray()).containsExactly(2, 3, 4);
        ByteBuffer memory = secret.bytes();
        secret.close();
        assertThat(secret.toByteArray()).containsOnly(0).hasSize(4);
        assertThat(memory.get(1)).as("the memory itself").isZero();
    }

    @Test
    void isComparableAndNeverPrinted() {
        SecretBytes secret = SecretBytes.of((byte) 65, (byte) 66);
        assertThat(secret.isSameAs(SecretBytes.of((byte) 65, (byte) 66))).isTrue();
        assertThat(secret.isSameAs(SecretBytes.of((byte) 65, (byte) 67))).isFalse();
        assertThat(secret.isSameAs(SecretBytes.of((byte) 65))).isFalse();
        assertThat(secret).hasToString("REDACTED");
    }
}

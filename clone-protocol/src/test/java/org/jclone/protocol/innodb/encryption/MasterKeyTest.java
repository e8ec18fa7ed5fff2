package org.jclone.protocol.innodb.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jclone.protocol.innodb.page.EncryptionInfo;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class MasterKeyTest {

    private static final MasterKeyName NAME = new MasterKeyName("6212202a-e58a-11f1-a37d-02fc00000001", 2);

    @Test
    void isRandom() {
        try (MasterKey one = MasterKey.random(NAME, new SecureRandom());
                MasterKey other = MasterKey.random(NAME, new SecureRandom())) {
            assertThat(one.toByteArray()).hasSize(32).isNotEqualTo(other.toByteArray());
        }
    }

    @Test
    void isWipedOnClose() {
        MasterKey key = MasterKey.random(NAME, new SecureRandom());
        key.close();
        assertThat(key.toByteArray()).containsOnly(0);

        byte[] plain = new byte[64];
        Arrays.fill(plain, (byte) 7);
        TablespaceKey tablespaceKey = TablespaceKey.of(plain);
        tablespaceKey.close();
        assertThat(tablespaceKey.toByteArray()).containsOnly(0);
        assertThat(plain).as("the caller's copy").containsOnly(7);
    }

    /** The default key has no uuid and id 0, and consists of ASCII padded with zeros. Every server contains it. */
    @Test
    void hasAPublicDefault() throws Exception {
        try (MasterKey key = MasterKey.publicDefault();
                TablespaceKey plain =
                        TablespaceKey.of("0123456789abcdef".repeat(4).getBytes(StandardCharsets.US_ASCII))) {
            assertThat(new String(key.toByteArray(), StandardCharsets.US_ASCII).trim())
                    .isEqualTo("DefaultMasterKey");
            WrappedKey wrapped = WrappedKey.of(plain, key);
            Bytes info = wrapped.toBytes();
            assertThat(info.slice(0, 3)).isEqualTo(EncryptionInfo.MAGIC);
            assertThat(info.slice(3, 43).toByteArray()).containsOnly(0);
            assertThat(wrapped.unwrap(key)).isEqualTo(plain);
            assertThat(key.name()).hasToString("the built-in default key");
        }
        assertThat(MasterKey.publicDefault().toByteArray()).as("after close").contains((byte) 'D');
    }

    @Test
    void isNeverPrinted() {
        try (MasterKey key = MasterKey.of(NAME, new byte[32]);
                Keyring keyring = Keyring.empty().with(key)) {
            assertThat(key).hasToString("MasterKey[INNODBKey-6212202a-e58a-11f1-a37d-02fc00000001-2, REDACTED]");
            assertThat(keyring.toString()).contains("INNODBKey-").doesNotContain("0000000000");
        }
    }

    @Test
    void rejectsNamesThatNoServerUses() {
        assertThat(NAME.keyringId()).isEqualTo("INNODBKey-6212202a-e58a-11f1-a37d-02fc00000001-2");
        assertThatIllegalArgumentException().isThrownBy(() -> new MasterKeyName(NAME.serverUuid(), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new MasterKeyName("", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new MasterKeyName("x".repeat(35), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new MasterKeyName("\n".repeat(36), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new MasterKeyName(NAME.serverUuid(), 1L << 32));
        assertThatIllegalArgumentException().isThrownBy(() -> MasterKey.of(NAME, new byte[16]));
    }
}

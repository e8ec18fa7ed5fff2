package org.jclone.protocol.innodb.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyringTest {

    private static final String ONE = """
            {"version":"1.0","elements":[{"user":"","data_id":"a","data_type":"AES","data":"0AFf","extension":[]}]}""";

    @Test
    void readsAndRewritesAServersFile() throws Exception {
        for (String name : new String[] {EncryptedFiles.KEYRING, EncryptedFiles.KEYRING_WITH_TWO_KEYS}) {
            byte[] file = EncryptedFiles.read(name);
            try (Keyring keyring = Keyring.decode(file)) {
                assertThat(keyring.encode()).isEqualTo(file);
            }
        }
    }

    @Test
    void findsMasterKeys() throws Exception {
        try (Keyring keyring = EncryptedFiles.keyring(EncryptedFiles.KEYRING_WITH_TWO_KEYS)) {
            String uuid = "6212202a-e58a-11f1-a37d-02fc00000001";
            assertThat(keyring.masterKey(new MasterKeyName(uuid, 1))).isPresent();
            assertThat(keyring.masterKey(new MasterKeyName(uuid, 2))
                            .orElseThrow()
                            .toByteArray())
                    .startsWith(0x74, 0x31, 0x42);
            assertThat(keyring.masterKey(new MasterKeyName(uuid, 3))).isEmpty();
        }
        assertThat(decode(ONE.replace("\"a\"", "\"INNODBKey-" + "u".repeat(36) + "-1\""))
                        .masterKey(new MasterKeyName("u".repeat(36), 1)))
                .as("of two bytes")
                .isEmpty();
    }

    @Test
    void preservesOtherKeys() throws Exception {
        String other = """
                {"version":"1.0","elements":[{"user":"joe@%","data_id":"quote\\" back\\\\ tab\\u0009 \u00e4","data_type":"SECRET",\
                "data":"00FF","extension":[]},{"user":"","data_id":"b","data_type":"RSA","data":"","extension":[]}]}""";
        try (Keyring keyring = decode(other);
                MasterKey key = MasterKey.of(new MasterKeyName("u".repeat(36), 1), new byte[32]);
                Keyring more = keyring.with(key)) {
            assertThat(keyring.entries().get(0).dataId()).isEqualTo("quote\" back\\ tab\t \u00e4");
            assertThat(text(keyring.encode())).isEqualTo(other);
            assertThat(text(more.encode()))
                    .startsWith(other.substring(0, other.length() - 2))
                    .endsWith(",{\"user\":\"\",\"data_id\":\"INNODBKey-" + "u".repeat(36)
                            + "-1\",\"data_type\":\"AES\",\"data\":\"" + "0".repeat(64) + "\",\"extension\":[]}]}");
            assertThatIllegalArgumentException().isThrownBy(() -> more.with(key));
        }
    }

    @Test
    void emptyFilesAndEmptyListsAreEmptyKeyrings() throws Exception {
        assertThat(Keyring.decode().entries()).isEmpty();
        assertThat(decode(" {\n \"elements\" : [ ] , \"version\" : \"1.0\" } \r\n")
                        .entries())
                .isEmpty();
        assertThat(text(Keyring.empty().encode())).isEqualTo("{\"version\":\"1.0\",\"elements\":[]}");
    }

    @Test
    void wipesKeysOnClose() throws Exception {
        Keyring keyring = decode(ONE);
        assertThat(keyring.entries().get(0).data()).containsExactly(0x0a, 0xff);
        keyring.close();
        assertThat(keyring.entries().get(0).data()).containsOnly(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Keyring file version:2.0 | at offset 0: the format of the keyring_file plugin",
                "hello | at offset 0: another character (expected: {)",
                "{\"version\":\"1.0\"} | members [version] (expected: version, elements)",
                "{\"version\":\"1.1\",\"elements\":[]} | at offset 11: version \"1.1\" (expected: 1.0)",
                "{\"version\":\"1.0\",\"elements\":[],\"x\":1} | at offset 31: unknown member \"x\"",
                "{\"version\":\"1.0\",\"version\":\"1.0\"} | duplicate member \"version\"",
                "{\"version\":\"1.0\",\"elements\":[]}} | at offset 31: } (expected: the end)",
                "{\"version\":\"1.0\",\"elements\":[] | at offset 30: the end (expected: })",
                "{\"elements\":[{\"user\":\"\"}]} | a key with only the members [user]",
                "{\"elements\":[{\"data\":\"ABC\"}]} | 3 digits (expected: an even number up to 131072)",
                "{\"elements\":[{\"data\":\"AG\"}]} | no hex digit",
                "{\"elements\":[{\"data\":\"AA\",\"data\":\"AA\"}]} | duplicate member \"data\"",
                "{\"elements\":[{\"extension\":[1]}]} | another character (expected: ])",
                "{\"elements\":[{\"more\":[1]}]} | unknown member \"more\"",
                "{\"elements\":[{\"user\":\"\\x\"}]} | an invalid escape sequence",
                "{\"elements\":[{\"user\":\"\\ud800\"}]} | an escaped surrogate",
            })
    void rejectsContentThatItCouldNotPreserve(String content, String reason) {
        assertThatExceptionOfType(KeyringFormatException.class)
                .isThrownBy(() -> decode(content))
                .withMessageContaining(reason);
    }

    @Test
    void rejectsEveryTruncation() {
        byte[] whole = ONE.getBytes(StandardCharsets.UTF_8);
        for (int length = 1; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(KeyringFormatException.class)
                    .as("%d bytes", length)
                    .isThrownBy(() -> Keyring.decode(part))
                    .satisfies(failure -> assertThat(failure.offset()).isBetween(0, part.length));
        }
    }

    @Test
    void rejectsUnterminatedStrings() {
        assertThatExceptionOfType(KeyringFormatException.class)
                .isThrownBy(() -> decode("{\"" + "x".repeat(5000) + "\":1}"))
                .withMessageContaining("a string that is too long");
        assertThatExceptionOfType(KeyringFormatException.class)
                .isThrownBy(() -> Keyring.decode((byte) '{', (byte) '"', (byte) 0xff, (byte) '"'))
                .withMessageContaining("a string that is not valid UTF-8");
    }

    private static Keyring decode(String content) throws KeyringFormatException {
        return Keyring.decode(content.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }
}

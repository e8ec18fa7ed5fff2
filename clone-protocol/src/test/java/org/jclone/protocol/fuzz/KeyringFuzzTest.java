package org.jclone.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.KeyringFormatException;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageSizes;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A keyring file, and the encryption information of a first page or a redo header made of the same bytes. */
class KeyringFuzzTest {

    private static final FspFlags ENCRYPTED = new FspFlags(0x6021);

    static Stream<Arguments> seeds() {
        String keyring = "{\"version\":\"1.0\",\"elements\":[{\"user\":\"\","
                + "\"data_id\":\"INNODBKey-193c0bf9-e557-11f1-aafd-02fc00000001-1\",\"data_type\":\"AES\","
                + "\"data\":\"AAA05585E451475EFAD4E30AF893B0828A765D2E90BA50DF68B92E488E6AEF44\",\"extension\":[]}]}";
        return Stream.of(keyring, "{\"version\":\"1.0\",\"elements\":[]}", "lCC")
                .map(text -> Arguments.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void keyring(byte[] bytes) {
        try (Keyring keyring = Keyring.decode(bytes.clone())) {
            byte[] encoded = keyring.encode();
            try (Keyring again = Keyring.decode(encoded)) {
                assertThat(again.entries()).hasSameSizeAs(keyring.entries());
            }
        } catch (KeyringFormatException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        ByteBuffer page = ByteBuffer.wrap(Arrays.copyOf(bytes, PageSizes.DEFAULT));
        assertThat(EncryptionInfoBlock.formInFirstPage(page, ENCRYPTED, PageSizes.DEFAULT))
                .isNotNull();
        assertThat(EncryptionInfoBlock.formInRedoHeader(page)).isNotNull();
    }
}

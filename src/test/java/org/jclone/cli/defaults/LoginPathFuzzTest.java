package org.jclone.cli.defaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A login path file of any bytes is read or refused with a message. Any bytes that are encrypted as lines are
 * decrypted unchanged.
 */
class LoginPathFuzzTest {

    private static final Path FILE = Path.of("/nowhere/.mylogin.cnf");
    private static final int HEADER_LENGTH = 24;
    private static final int BLOCK = 16;

    static Stream<Arguments> seeds() throws GeneralSecurityException {
        byte[] text = "[client]\nuser = \"root\"\n".getBytes(StandardCharsets.UTF_8);
        return Stream.of(text, wrapped(text)).map(Arguments::of);
    }

    /** A file whose key is zero. */
    private static byte[] wrapped(byte[] line) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/ECB/PKCS5Padding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[BLOCK], "AES"));
        byte[] encrypted = cipher.doFinal(line);
        return ByteBuffer.allocate(HEADER_LENGTH + Integer.BYTES + encrypted.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(HEADER_LENGTH, encrypted.length)
                .put(HEADER_LENGTH + Integer.BYTES, encrypted)
                .array();
    }

    @MethodSource("seeds")
    @FuzzTest
    void loginPath(byte[] bytes) throws GeneralSecurityException {
        try {
            assertThat(LoginPathFile.decode(bytes, FILE)).isNotNull();
        } catch (DefaultsException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        byte[] file = wrapped(bytes);
        assertThatCode(() -> assertThat(LoginPathFile.decode(file, FILE))
                        .isEqualTo(new String(bytes, StandardCharsets.UTF_8)))
                .doesNotThrowAnyException();
    }
}

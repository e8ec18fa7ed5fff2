package org.jclone.cli.defaults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The file that {@code mysql_config_editor} writes, {@code ~/.mylogin.cnf}: an option file that is obfuscated, not
 * secured, since it begins with its own key.
 *
 * <pre>
 * offset  size  type   field    meaning
 *      0     4         unused   zero
 *      4    20  bytes  key      20 bytes, each from 0 to 31; folded by XOR into the 16 bytes of an AES key
 *     24     4  i32    length   of the line that follows, encrypted: a multiple of 16
 *     28     n  bytes  line     AES-128-ECB with PKCS#5 padding: one line of an option file with its line end
 *   28+n                        length and line again, to the end of the file
 * </pre>
 *
 * <p>Byte order: little-endian. Source: the public description of the format, and files that 9.7 wrote.
 */
final class LoginPathFile {

    private static final int KEY_OFFSET = 4;
    private static final int KEY_LENGTH = 20;
    private static final int AES_KEY_LENGTH = 16;
    private static final int MAX_FILE_LENGTH = 1 << 20;

    /** Any of these permissions makes the file too open, so it is ignored, as in MySQL. */
    private static final Set<PosixFilePermission> TOO_OPEN =
            EnumSet.complementOf(EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

    private LoginPathFile() {}

    static boolean isPrivate(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        return permissions.stream().noneMatch(TOO_OPEN::contains);
    }

    /** Reads the text of the option file. */
    static String read(Path file) throws IOException, DefaultsException {
        if (Files.size(file) > MAX_FILE_LENGTH) {
            throw new DefaultsException(file + " is longer than " + MAX_FILE_LENGTH + " bytes");
        }
        return decode(Files.readAllBytes(file), file);
    }

    /** @param file for messages only */
    static String decode(byte[] content, Path file) throws DefaultsException {
        if (content.length == 0) {
            return "";
        }
        try {
            return decrypt(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN), file);
        } catch (GeneralSecurityException e) {
            throw broken(file);
        }
    }

    /** The format requires AES without a mode, and protects nothing from anyone who has the file. */
    @SuppressWarnings("InsecureCryptoUsage")
    private static String decrypt(ByteBuffer in, Path file) throws GeneralSecurityException, DefaultsException {
        if (in.remaining() < KEY_OFFSET + KEY_LENGTH) {
            throw broken(file);
        }
        byte[] key = new byte[AES_KEY_LENGTH];
        for (int i = 0; i < KEY_LENGTH; i++) {
            key[i % AES_KEY_LENGTH] ^= in.get(KEY_OFFSET + i);
        }
        Cipher cipher = Cipher.getInstance("AES/ECB/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"));
        Arrays.fill(key, (byte) 0);
        in.position(KEY_OFFSET + KEY_LENGTH);
        StringBuilder text = new StringBuilder();
        while (in.hasRemaining()) {
            int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
            if (length <= 0 || length > in.remaining()) {
                throw broken(file);
            }
            byte[] line = new byte[length];
            in.get(line);
            text.append(new String(cipher.doFinal(line), StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private static DefaultsException broken(Path file) {
        return new DefaultsException(file + " was not written by mysql_config_editor, or is truncated");
    }
}

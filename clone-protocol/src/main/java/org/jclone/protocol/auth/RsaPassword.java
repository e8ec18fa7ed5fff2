package org.jclone.protocol.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.jclone.protocol.auth.AuthenticationException.Reason;
import org.jclone.protocol.wire.Bytes;

/**
 * The encryption of caching_sha2_password and sha256_password for a transport that is not secure: RSAES-OAEP with
 * SHA-1 and MGF1-SHA-1 over (password, zero byte) XOR nonce, with the nonce repeated as often as needed.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.6.
 */
public final class RsaPassword {

    private static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT);

    private static final String PEM_BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String PEM_END = "-----END PUBLIC KEY-----";

    private RsaPassword() {}

    /** Returns the client's message. */
    public static Bytes encrypt(byte[] password, Bytes nonce, PublicKey key) {
        byte[] terminated = Arrays.copyOf(password, password.length + 1);
        byte[] hidden = Digests.xor(terminated, nonce.toByteArray());
        try {
            return Bytes.of(cipher(Cipher.ENCRYPT_MODE, key).doFinal(hidden));
        } catch (GeneralSecurityException e) {
            throw new AuthenticationException(
                    Reason.SERVER_KEY,
                    "password of " + password.length + " bytes does not fit the server's " + key.getAlgorithm()
                            + " key",
                    e);
        } finally {
            Arrays.fill(terminated, (byte) 0);
            Arrays.fill(hidden, (byte) 0);
        }
    }

    /**
     * Decrypts the client's message, as the server does.
     *
     * @return the password, for the caller to wipe
     * @throws AuthenticationException if the message was not encrypted for {@code key} and {@code nonce}
     */
    public static byte[] decrypt(Bytes message, Bytes nonce, PrivateKey key) {
        byte[] hidden = {};
        byte[] terminated = {};
        try {
            hidden = cipher(Cipher.DECRYPT_MODE, key).doFinal(message.toByteArray());
            terminated = Digests.xor(hidden, nonce.toByteArray());
            if (terminated.length == 0 || terminated[terminated.length - 1] != 0) {
                throw new AuthenticationException(
                        Reason.SERVER_KEY, "encrypted password without a terminating zero byte");
            }
            return Arrays.copyOf(terminated, terminated.length - 1);
        } catch (GeneralSecurityException e) {
            throw new AuthenticationException(Reason.SERVER_KEY, "password cannot be decrypted", e);
        } finally {
            Arrays.fill(hidden, (byte) 0);
            Arrays.fill(terminated, (byte) 0);
        }
    }

    /** Parses the form in which servers send and store their key: PEM with the label PUBLIC KEY. */
    public static PublicKey publicKeyFromPem(Bytes pem) {
        String text = new String(pem.toByteArray(), StandardCharsets.US_ASCII);
        int begin = text.indexOf(PEM_BEGIN);
        int end = text.indexOf(PEM_END, begin + PEM_BEGIN.length()); // the labels could otherwise share hyphens
        if (begin < 0 || end < 0) {
            throw new AuthenticationException(Reason.SERVER_KEY, "no PEM text with the label PUBLIC KEY");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(text.substring(begin + PEM_BEGIN.length(), end));
            return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new AuthenticationException(Reason.SERVER_KEY, "the PEM text contains no RSA public key", e);
        }
    }

    /** Formats a key as a server sends it. */
    public static Bytes publicKeyToPem(PublicKey key) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return Bytes.of((PEM_BEGIN + '\n' + lines + '\n' + PEM_END + '\n').getBytes(StandardCharsets.US_ASCII));
    }

    private static Cipher cipher(int mode, Key key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(mode, key, OAEP);
        return cipher;
    }
}

package org.jclone.recipient.tls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.explain.Failure;

/**
 * Private keys from PEM files. The platform reads unencrypted PKCS#8. Bouncy Castle is loaded only for PKCS#1, SEC 1,
 * and encrypted keys.
 */
public final class PrivateKeys {

    private static final String OPTION = "--ssl-key";
    private static final Pattern PKCS8 = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
    private static final Pattern ENCRYPTED =
            Pattern.compile("-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: *4, *ENCRYPTED");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private PrivateKeys() {}

    /** Whether reading the key requires a password. */
    public static boolean isEncrypted(Path file) throws CloneException {
        return isEncrypted(text(file));
    }

    private static boolean isEncrypted(String pem) {
        return ENCRYPTED.matcher(pem).find();
    }

    /** @param password empty if there is none */
    public static PrivateKey read(Path file, Password password) throws CloneException {
        String pem = text(file);
        Matcher pkcs8 = PKCS8.matcher(pem);
        try {
            if (pkcs8.find()) {
                return decode(Base64.getMimeDecoder().decode(pkcs8.group(1)));
            }
            byte[] secret = password.toUtf8();
            try {
                if (secret.length == 0 && isEncrypted(pem)) {
                    throw Failure.TlsFailed.KEY_PASSWORD_MISSING.exception(
                            "the key in " + file + " is encrypted, and no password for it is given");
                }
                return BouncyCastleKeys.read(pem, secret);
            } finally {
                Arrays.fill(secret, (byte) 0);
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            Failure why = isEncrypted(pem) ? Failure.TlsFailed.KEY_PASSWORD : Failure.TlsFailed.KEY_PEM;
            throw why.exception("no private key can be read from " + file + " of " + OPTION + ": " + e.getMessage(), e);
        }
    }

    private static String text(Path file) throws CloneException {
        return new String(PemFiles.read(file, OPTION), StandardCharsets.ISO_8859_1);
    }

    /** Tries each algorithm: PKCS#8 names its own, but the platform must be given one. */
    private static PrivateKey decode(byte[] pkcs8) throws GeneralSecurityException {
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(pkcs8);
        InvalidKeySpecException last = null;
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                last = e;
            }
        }
        throw new InvalidKeySpecException("not an RSA, EC or EdDSA key", last);
    }

    /** Whether {@code key} is the private key of {@code certified}, tested with a signature. */
    static boolean isPair(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                });
        byte[] message = OPTION.getBytes(StandardCharsets.US_ASCII);
        signature.initSign(key);
        signature.update(message);
        byte[] signed = signature.sign();
        try {
            signature.initVerify(certified);
            signature.update(message);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException e) {
            return false;
        }
    }
}

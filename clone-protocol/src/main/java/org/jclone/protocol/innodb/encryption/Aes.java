package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

/**
 * AES-256 of the JDK, without padding. A JDK cipher keeps its expanded key until it is initialized with another one,
 * so closing initializes it with a key of zeros.
 */
final class Aes implements AutoCloseable {

    static final int BLOCK = 16;

    /** A key whose only lasting copy belongs to its owner. */
    private static final class Key implements SecretKey {

        private static final long serialVersionUID = 1L;

        private final byte[] value;

        private Key(byte[] value) {
            this.value = value;
        }

        @Override
        public String getAlgorithm() {
            return "AES";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return value.clone();
        }

        @Override
        public String toString() {
            return "REDACTED";
        }
    }

    private final Cipher cipher;
    private final byte[] key;
    private final byte[] iv;
    private byte[] from = {};
    private byte[] to = {};
    private int mode;

    private Aes(String transformation, byte[] key, byte[] iv) {
        try {
            this.cipher = Cipher.getInstance(transformation);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        this.key = key;
        this.iv = iv;
    }

    /** Takes ownership of {@code key} and wipes it on close. */
    static Aes ecb(byte[] key) {
        return new Aes("AES/ECB/NoPadding", key, new byte[0]);
    }

    /** Takes ownership of {@code key} and wipes it on close. */
    static Aes cbc(byte[] key, byte[] iv) {
        return new Aes("AES/CBC/NoPadding", key, iv);
    }

    /** Encrypts {@code length} bytes from the absolute index {@code at} in place. */
    void encrypt(ByteBuffer bytes, int at, int length) {
        run(Cipher.ENCRYPT_MODE, bytes, at, length);
    }

    /** Decrypts {@code length} bytes from the absolute index {@code at} in place. */
    void decrypt(ByteBuffer bytes, int at, int length) {
        run(Cipher.DECRYPT_MODE, bytes, at, length);
    }

    private void run(int wanted, ByteBuffer bytes, int at, int length) {
        if (from.length < length) {
            from = new byte[length];
            to = new byte[length];
        }
        try {
            bytes.get(at, from, 0, length);
            run(wanted, from, 0, length, to, 0);
            bytes.put(at, to, 0, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            Arrays.fill(from, 0, length, (byte) 0);
            Arrays.fill(to, 0, length, (byte) 0);
        }
    }

    /** Decrypts {@code length} bytes from one array into another, and leaves the wiping to the caller. */
    void decrypt(byte[] in, int inAt, int length, byte[] out, int outAt) {
        try {
            run(Cipher.DECRYPT_MODE, in, inAt, length, out, outAt);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(int wanted, byte[] in, int inAt, int length, byte[] out, int outAt)
            throws GeneralSecurityException {
        if (mode != wanted) {
            init(wanted, key);
            mode = wanted;
        }
        // Each call starts from the same IV, because doFinal ended the previous call.
        cipher.doFinal(in, inAt, length, out, outAt);
    }

    private void init(int wanted, byte[] value) throws GeneralSecurityException {
        if (iv.length == 0) {
            cipher.init(wanted, new Key(value));
        } else {
            cipher.init(wanted, new Key(value), new IvParameterSpec(iv));
        }
    }

    @Override
    public void close() {
        Secrets.wipe(key);
        try {
            init(Cipher.ENCRYPT_MODE, new byte[key.length]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

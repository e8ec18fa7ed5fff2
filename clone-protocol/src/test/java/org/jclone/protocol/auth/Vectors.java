package org.jclone.protocol.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.jclone.protocol.Hex;
import org.jclone.protocol.wire.Bytes;

/** The test vector of docs/protocol/01-wire-protocol.md section 1.6, and the key pair of src/test/resources/auth. */
final class Vectors {

    static final Bytes NONCE = Bytes.of(Hex.bytes("0102030405060708090a0b0c0d0e0f1011121314"));
    static final Bytes CACHING_SHA2_SCRAMBLE =
            Bytes.of(Hex.bytes("746ebe205d56a0707acb3e796e834e0d d7b1d61743b26bd5202c7a623230c7c9"));
    static final Bytes NATIVE_SCRAMBLE = Bytes.of(Hex.bytes("b32bb3a583e1340c0a1108d58b1be49781ad8c2f"));
    static final Bytes TERMINATED = Bytes.of(Hex.bytes("736563726574 00"));

    private Vectors() {}

    static byte[] password() {
        return "secret".getBytes(StandardCharsets.UTF_8);
    }

    static Bytes publicKeyPem() {
        return Bytes.of(resource("public_key.pem"));
    }

    static PublicKey publicKey() {
        return RsaPassword.publicKeyFromPem(publicKeyPem());
    }

    static PrivateKey privateKey() {
        String base64 =
                new String(resource("private_key.pem"), StandardCharsets.US_ASCII).replaceAll("-----.*-----", "");
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static Bytes encryptedByOpenssl() {
        return Bytes.of(Hex.bytes(new String(resource("openssl-oaep.hex"), StandardCharsets.US_ASCII)));
    }

    private static byte[] resource(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream("/auth/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

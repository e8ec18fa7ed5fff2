package org.jclone.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jclone.protocol.GoldenBytes;
import org.jclone.protocol.Hex;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class HandshakeV10Test {

    /** The greeting of a 9.7.4 server, recorded. */
    private static final byte[] RECORDED = Hex.bytes("""
            0a                            # protocolVersion
            392e372e342d3200              # serverVersion 9.7.4-2
            0f000000                      # connectionId 15
            760160680b21063c 00           # nonce, first part
            ffff                          # capabilities, lower half
            ff 0200                       # characterSet, autocommit
            ffdf                          # capabilities, upper half
            15                            # authDataLength 21
            00*10                         # reserved
            3e39086f392b1a5541087d2b 00   # nonce, second part
            63616368696e675f736861325f70617373776f7264 00   # caching_sha2_password
            """);

    private static final Bytes NONCE = Bytes.of(Hex.bytes("760160680b21063c 3e39086f392b1a5541087d2b"));
    private static final HandshakeV10 MESSAGE =
            new HandshakeV10("9.7.4-2", 15, NONCE, new Capabilities(0xDFFFFFFFL), 255, 2, "caching_sha2_password");

    @Test
    void hasTheRecordedBytes() {
        GoldenBytes.assertEncodesAndDecodes(HandshakeV10.CODEC, MESSAGE, RECORDED);
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        GoldenBytes.assertRejectsEveryTruncation(HandshakeV10.CODEC::decode, RECORDED);
        GoldenBytes.assertRejectsTrailingByte(HandshakeV10.CODEC::decode, RECORDED);
    }

    @Test
    void readsTheLargestConnectionIdAsUnsigned() {
        HandshakeV10 message = new HandshakeV10(
                "8.0.17", 0xffff_ffffL, NONCE, Capabilities.of(Capability.CLIENT_PLUGIN_AUTH), 8, 0, "sha256_password");

        GoldenBytes.assertEncodesAndDecodes(HandshakeV10.CODEC, message, Hex.bytes("""
                0a 382e302e313700 ffffffff
                760160680b21063c 00 0000 08 0000 0800 15 00*10
                3e39086f392b1a5541087d2b 00 7368613235365f70617373776f7264 00
                """));
    }

    @Test
    void hasNoPluginNameWithoutTheCapability() {
        HandshakeV10 message = new HandshakeV10("5.5", 1, NONCE, Capabilities.NONE, 8, 0, "");

        GoldenBytes.assertEncodesAndDecodes(HandshakeV10.CODEC, message, Hex.bytes("""
                0a 352e3500 01000000
                760160680b21063c 00 0000 08 0000 0000 15 00*10
                3e39086f392b1a5541087d2b 00
                """));
    }

    @Test
    void extractsTheNonceFromLongerAuthData() {
        byte[] longer = Hex.bytes("""
                0a 392e3700 01000000
                760160680b21063c 00 0000 08 0000 0000 19 00*10
                3e39086f392b1a5541087d2b 0102030400
                """);

        GoldenBytes.assertDecodes(
                HandshakeV10.CODEC::decode, longer, new HandshakeV10("9.7", 1, NONCE, Capabilities.NONE, 8, 0, ""));
    }

    @Test
    void rejectsAnotherProtocolVersion() {
        byte[] old = RECORDED.clone();
        old[0] = 9;
        assertThat(GoldenBytes.assertMalformed(HandshakeV10.CODEC::decode, old))
                .hasMessage("HandshakeV10.protocolVersion at offset 0: 9 (expected: 10)");
    }

    @Test
    void rejectsAVersionOfUnreasonableLength() {
        assertThat(GoldenBytes.assertMalformed(HandshakeV10.CODEC::decode, Hex.bytes("0a 41*300 00 00*60")))
                .hasMessage("HandshakeV10.serverVersion at offset 1: length 300 (expected: <= 255)");
    }

    @Test
    void rejectsValuesThatCouldNotBeDecoded() {
        Capabilities none = Capabilities.NONE;
        assertThatIllegalArgumentException().isThrownBy(() -> new HandshakeV10("9\0", 1, NONCE, none, 8, 0, ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HandshakeV10("9", 1, NONCE.slice(0, 19), none, 8, 0, ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HandshakeV10("9", 1, NONCE, none, 8, 0, "sha256_password"));
    }

    @Test
    void doesNotPrintTheNonce() {
        assertThat(MESSAGE.toString()).contains("9.7.4-2", "nonce=REDACTED").doesNotContain(NONCE.toString());
    }
}

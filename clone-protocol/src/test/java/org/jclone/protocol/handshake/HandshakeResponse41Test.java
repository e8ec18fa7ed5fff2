package org.jclone.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jclone.protocol.GoldenBytes;
import org.jclone.protocol.Hex;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class HandshakeResponse41Test {

    /** Example C3 of the protocol document. */
    private static final byte[] GOLDEN = Hex.bytes("""
            85a2b819 00000004 ff 00*23                         # capabilities, 64 MiB, characterSet, filler
            636c6f6e655f646f6e6f72 00                          # user clone_donor
            20 746ebe205d56a0707acb3e796e834e0d                # authResponse
               d7b1d61743b26bd5202c7a623230c7c9
            63616368696e675f736861325f70617373776f7264 00      # caching_sha2_password
            1e 0c 5f636c69656e745f6e616d65 06 6a636c6f6e65     # _client_name = jclone
               03 5f6f73 05 4c696e7578                         # _os = Linux
            """);

    private static final Bytes SCRAMBLE =
            Bytes.of(Hex.bytes("746ebe205d56a0707acb3e796e834e0dd7b1d61743b26bd5202c7a623230c7c9"));
    private static final Capabilities CAPABILITIES = new Capabilities(0x19B8A285L);
    private static final HandshakeResponse41 MESSAGE = new HandshakeResponse41(
            CAPABILITIES, 64 << 20, 255, "clone_donor", SCRAMBLE, "caching_sha2_password", attributes(), 0);

    /** From very old clients: a short length, no plugin, no attributes. */
    private static final Capabilities MINIMAL =
            Capabilities.of(Capability.CLIENT_PROTOCOL_41, Capability.CLIENT_RESERVED2);

    private static Map<String, String> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("_client_name", "jclone");
        attributes.put("_os", "Linux");
        return attributes;
    }

    private static HandshakeResponse41 message(Capabilities capabilities, Bytes authResponse, int zstdLevel) {
        return new HandshakeResponse41(capabilities, 0, 255, "u", authResponse, "", Map.of(), zstdLevel);
    }

    @Test
    void hasTheGoldenBytes() {
        assertThat(GOLDEN).hasSize(0x82);
        GoldenBytes.assertEncodesAndDecodes(HandshakeResponse41.CODEC, MESSAGE, GOLDEN);
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        GoldenBytes.assertRejectsEveryTruncation(HandshakeResponse41.CODEC::decode, GOLDEN);
        GoldenBytes.assertRejectsTrailingByte(HandshakeResponse41.CODEC::decode, GOLDEN);
    }

    @Test
    void hasAShortLengthWithoutTheCapabilities() {
        byte[] golden = Hex.bytes("00820000 00000000 ff 00*23 7500 02 abcd");

        GoldenBytes.assertEncodesAndDecodes(
                HandshakeResponse41.CODEC, message(MINIMAL, Bytes.of(Hex.bytes("abcd")), 0), golden);
        GoldenBytes.assertRejectsEveryTruncation(HandshakeResponse41.CODEC::decode, golden);
        GoldenBytes.assertRejectsTrailingByte(HandshakeResponse41.CODEC::decode, golden);
    }

    @Test
    void endsWithTheZstdLevel() {
        Capabilities zstd = MINIMAL.with(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM);
        byte[] golden = Hex.bytes("00820004 00000000 ff 00*23 7500 00 16");

        GoldenBytes.assertEncodesAndDecodes(HandshakeResponse41.CODEC, message(zstd, Bytes.EMPTY, 22), golden);
        GoldenBytes.assertRejectsEveryTruncation(HandshakeResponse41.CODEC::decode, golden);
        GoldenBytes.assertRejectsTrailingByte(HandshakeResponse41.CODEC::decode, golden);
        assertThat(GoldenBytes.assertMalformed(
                        HandshakeResponse41.CODEC::decode, Hex.bytes("00820004 00000000 ff 00*23 7500 00 17")))
                .hasMessage("HandshakeResponse41.zstdLevel at offset 35: 23 (expected: 1 to 22)");
    }

    @Test
    void discardsADatabase() {
        byte[] withDatabase = Hex.bytes("08820000 00000000 ff 00*23 7500 00 7465737400");

        GoldenBytes.assertDecodes(HandshakeResponse41.CODEC::decode, withDatabase, message(MINIMAL, Bytes.EMPTY, 0));
    }

    @Test
    void countsTheLengthOfAttributesInBytes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("k", "\u00e4".repeat(126));
        attributes.put("l", "v".repeat(250));
        Capabilities capabilities = MINIMAL.with(Capability.CLIENT_CONNECT_ATTRS);

        GoldenBytes.assertEncodesAndDecodes(
                HandshakeResponse41.CODEC,
                new HandshakeResponse41(capabilities, 0, 255, "u", Bytes.EMPTY, "", attributes, 0),
                Hex.bytes("""
                        00821000 00000000 ff 00*23 7500 00
                        fcfe01                        # 510 bytes of pairs
                        016b fcfc00 c3a4*126          # k = 126 times ä, 252 bytes
                        016c fa 76*250                # l = 250 times v
                        """));
    }

    @Test
    void rejectsAttributesBeyondTheirLength() {
        assertThat(GoldenBytes.assertMalformed(
                        HandshakeResponse41.CODEC::decode,
                        Hex.bytes("00821000 00000000 ff 00*23 7500 00 03 016b 0176")))
                .hasMessage("HandshakeResponse41.connectionAttributes at offset 40: "
                        + "last pair exceeds the length by 1 bytes");
        assertThat(GoldenBytes.assertMalformed(
                        HandshakeResponse41.CODEC::decode, Hex.bytes("00821000 00000000 ff 00*23 7500 00 fd000001")))
                .hasMessageContaining("length 65536 (expected: <= 65535 and 0 left)");
    }

    @Test
    void rejectsClientsFromBeforeTheProtocol() {
        assertThat(GoldenBytes.assertMalformed(HandshakeResponse41.CODEC::decode, Hex.bytes("00800000 00*60"))
                        .field())
                .isEqualTo("capabilities");
        assertThat(GoldenBytes.assertMalformed(HandshakeResponse41.CODEC::decode, Hex.bytes("00020000 00*60"))
                        .field())
                .isEqualTo("capabilities");
    }

    @Test
    void rejectsFieldsWithoutTheirCapability() {
        assertThatIllegalArgumentException().isThrownBy(() -> message(Capabilities.NONE, Bytes.EMPTY, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> message(MINIMAL, Bytes.of(new byte[256]), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> message(MINIMAL, Bytes.EMPTY, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> message(MINIMAL.with(Capability.CLIENT_CONNECT_WITH_DB), Bytes.EMPTY, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> message(MINIMAL.with(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM), Bytes.EMPTY, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new HandshakeResponse41(MINIMAL, 0, 255, "u", Bytes.EMPTY, "sha256_password", Map.of(), 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HandshakeResponse41(MINIMAL, 0, 255, "u", Bytes.EMPTY, "", Map.of("k", "v"), 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HandshakeResponse41(
                        CAPABILITIES, 0, 255, "u", Bytes.EMPTY, "", Map.of("k", "v".repeat(0xffff)), 0));
    }

    @Test
    void copiesTheAttributes() {
        Map<String, String> attributes = attributes();
        HandshakeResponse41 message =
                new HandshakeResponse41(CAPABILITIES, 0, 255, "u", Bytes.EMPTY, "", attributes, 0);

        attributes.clear();

        assertThat(message.connectionAttributes()).containsExactlyEntriesOf(attributes());
    }

    @Test
    void doesNotPrintTheAuthResponse() {
        assertThat(MESSAGE.toString())
                .contains("clone_donor", "authResponse=REDACTED")
                .doesNotContain(SCRAMBLE.toString());
    }
}

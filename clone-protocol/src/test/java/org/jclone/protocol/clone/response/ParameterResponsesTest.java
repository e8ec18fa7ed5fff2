package org.jclone.protocol.clone.response;

import static org.jclone.protocol.GoldenBytes.assertEncodesAndDecodes;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsEveryTruncation;
import static org.jclone.protocol.GoldenBytes.assertRejectsTrailingByte;
import static org.jclone.protocol.GoldenBytes.payload;

import java.util.Map;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class ParameterResponsesTest {

    private static final byte[] PLUGIN = Hex.bytes("04  05 00 00 00 63 6c 6f 6e 65");

    private static final byte[] PLUGIN_V2 = payload(Hex.bytes("""
            1c 00 00 00  07  05 00 00 00 63 6c 6f 6e 65
            0e 00 00 00 6d 79 73 71 6c 5f 63 6c 6f 6e 65 2e 73 6f
            """));

    private static final byte[] COLLATION =
            payload(Hex.bytes("10 00 00 00  06  0b 00 00 00 75 74 66 38 6d 62 34 5f 62 69 6e"));

    private static final byte[] CONFIG = payload(Hex.bytes("""
            1e 00 00 00  05  10 00 00 00 69 6e 6e 6f 64 62 5f 70 61 67 65 5f 73 69 7a 65
            05 00 00 00 31 36 33 38 34
            """));

    private static final byte[] CONFIG_V3 = Hex.bytes("08  01 00 00 00 74  01 00 00 00 35");

    private static final byte[] CONFIG_V4 = payload(Hex.bytes("""
            39 00 00 00  09  0c 00 00 00 6a 73 6f 6e 5f 63 6f 6e 66 69 67 73  24 00 00 00
            7b 22 76 65 72 73 69 6f 6e 22 3a 22 39 2e 37 2e 34 22 2c
            22 6d 61 74 75 72 69 74 79 22 3a 22 4c 54 53 22 7d
            """));

    private static final Map<byte[], CloneResponse> ALL = Map.of(
            PLUGIN, new PluginResponse("clone"),
            PLUGIN_V2, new PluginV2Response("clone", "mysql_clone.so"),
            COLLATION, new CollationResponse("utf8mb4_bin"),
            CONFIG, new ConfigResponse("innodb_page_size", "16384"),
            CONFIG_V3, new ConfigV3Response("t", "5"),
            CONFIG_V4, new ConfigV4Response("json_configs", "{\"version\":\"9.7.4\",\"maturity\":\"LTS\"}"));

    @Test
    void encodesAndDecodesEach() {
        assertEncodesAndDecodes(PluginResponse.CODEC, (PluginResponse) ALL.get(PLUGIN), PLUGIN);
        assertEncodesAndDecodes(PluginV2Response.CODEC, (PluginV2Response) ALL.get(PLUGIN_V2), PLUGIN_V2);
        assertEncodesAndDecodes(CollationResponse.CODEC, (CollationResponse) ALL.get(COLLATION), COLLATION);
        assertEncodesAndDecodes(ConfigResponse.CODEC, (ConfigResponse) ALL.get(CONFIG), CONFIG);
        assertEncodesAndDecodes(ConfigV3Response.CODEC, (ConfigV3Response) ALL.get(CONFIG_V3), CONFIG_V3);
        assertEncodesAndDecodes(ConfigV4Response.CODEC, (ConfigV4Response) ALL.get(CONFIG_V4), CONFIG_V4);
    }

    @Test
    void rejectEveryTruncationAndATrailingByte() {
        for (byte[] golden : ALL.keySet()) {
            assertRejectsEveryTruncation(CloneResponse::decode, golden);
            assertRejectsTrailingByte(CloneResponse::decode, golden);
        }
    }

    @Test
    void stringsMayBeEmpty() {
        assertEncodesAndDecodes(
                PluginV2Response.CODEC, new PluginV2Response("", ""), Hex.bytes("07 00000000 00000000"));
    }

    @Test
    void stringLengthsAreInBytes() {
        assertEncodesAndDecodes(
                CollationResponse.CODEC, new CollationResponse("\u00e4"), Hex.bytes("06 02000000 c3a4"));
    }

    @Test
    void rejectLengthsBeyondTheEndWithoutAllocating() {
        assertMalformed(CollationResponse.CODEC::decode, Hex.bytes("06 ffffffff 61"), "name", 5);
        assertMalformed(ConfigResponse.CODEC::decode, Hex.bytes("05 00000000 ffffff7f 61"), "value", 9);
    }

    @Test
    void rejectInvalidUtf8() {
        assertMalformed(CollationResponse.CODEC::decode, Hex.bytes("06 01000000 e4"), "name", 5);
    }
}

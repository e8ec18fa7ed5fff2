package org.jclone.protocol.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.jclone.protocol.GoldenBytes;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class OkPacketTest {

    /** The answer to COM_CLONE in a recording of a 9.7.4 server. */
    private static final byte[] RECORDED = Hex.bytes("""
            00          # header
            00 00       # affectedRows, lastInsertId
            0200 0000   # autocommit, no warnings
            """);

    private static final OkPacket PLAIN = new OkPacket(0, 0, ServerStatus.SERVER_STATUS_AUTOCOMMIT, 0);

    private static final byte[] LARGE = Hex.bytes("""
            00                     # header
            fc fb00                # affectedRows 251
            fe ffffffffffffff7f    # lastInsertId 2^63 - 1
            0840 ffff              # statusFlags, warnings 65535
            """);

    @Test
    void hasTheRecordedBytes() {
        GoldenBytes.assertEncodesAndDecodes(OkPacket.CODEC, PLAIN, RECORDED);
    }

    @Test
    void hasTheGoldenBytesOfLargeValues() {
        GoldenBytes.assertEncodesAndDecodes(OkPacket.CODEC, new OkPacket(251, Long.MAX_VALUE, 0x4008, 0xffff), LARGE);
    }

    @Test
    void hasAnotherHeaderAfterRows() {
        GoldenBytes.assertEncodesAndDecodes(OkPacket.END_OF_ROWS_CODEC, PLAIN, Hex.bytes("fe 00 00 0200 0000"));
    }

    @Test
    void ignoresInfoAndSessionState() {
        GoldenBytes.assertDecodes(OkPacket.CODEC::decode, Hex.bytes("00 00 00 0200 0000 05 48656c6c6f 00"), PLAIN);
    }

    @Test
    void rejectsEveryTruncation() {
        GoldenBytes.assertRejectsEveryTruncation(OkPacket.CODEC::decode, LARGE);
    }

    @Test
    void rejectsAnotherHeader() {
        assertThat(GoldenBytes.assertMalformed(OkPacket.CODEC::decode, Hex.bytes("fe 00 00 0200 0000")))
                .hasMessage("OkPacket.header at offset 0: 0xfe (expected: 0x00)");
    }
}

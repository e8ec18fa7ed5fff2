package org.jclone.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.Unpooled;
import org.jclone.protocol.GoldenBytes;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class SslRequestTest {

    /** Example C1 of the protocol document. */
    private static final byte[] GOLDEN = Hex.bytes("""
            85aab819   # capabilities
            00000004   # maxPacketSize 64 MiB
            ff         # characterSet
            00*23      # filler
            """);

    private static final SslRequest MESSAGE = new SslRequest(new Capabilities(0x19B8AA85L), 64 << 20, 255);

    @Test
    void hasTheGoldenBytes() {
        GoldenBytes.assertEncodesAndDecodes(SslRequest.CODEC, MESSAGE, GOLDEN);
        assertThat(GOLDEN).hasSize(SslRequest.LENGTH);
    }

    @Test
    void rejectsEveryTruncationAndATrailingByte() {
        GoldenBytes.assertRejectsEveryTruncation(SslRequest.CODEC::decode, GOLDEN);
        GoldenBytes.assertRejectsTrailingByte(SslRequest.CODEC::decode, GOLDEN);
    }

    @Test
    void isDistinguishedFromAHandshakeResponse() {
        assertThat(SslRequest.isSslRequest(Unpooled.wrappedBuffer(GOLDEN))).isTrue();
        assertThat(SslRequest.isSslRequest(Unpooled.wrappedBuffer(GOLDEN, new byte[1])))
                .isFalse();
        assertThat(SslRequest.isSslRequest(Unpooled.wrappedBuffer(Hex.bytes("85a2b819 00000004 ff 00*23"))))
                .isFalse();
        assertThat(SslRequest.isSslRequest(Unpooled.EMPTY_BUFFER)).isFalse();
    }

    @Test
    void needsTheCapability() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SslRequest(Capabilities.of(Capability.CLIENT_PROTOCOL_41), 0, 255));
        assertThat(GoldenBytes.assertMalformed(SslRequest.CODEC::decode, Hex.bytes("85a2b819 00000004 ff 00*23"))
                        .field())
                .isEqualTo("capabilities");
    }
}

package org.jclone.protocol.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class UnexpectedPacketExceptionTest {

    @Test
    void reportsTheReceivedAndTheExpectedPacket() {
        UnexpectedPacketException failure = new UnexpectedPacketException("COM_EXECUTE", "a locator");

        assertThat(failure).hasMessage("unexpected packet: a locator (expected: COM_EXECUTE)");
        assertThat(failure.expected()).isEqualTo("COM_EXECUTE");
        assertThat(failure.packet()).isEqualTo("a locator");
    }

    @Test
    void revealsOnlyTheFirstByteOfAPayload() {
        assertThat(UnexpectedPacketException.of("OK", Unpooled.wrappedBuffer(Hex.bytes("42 736563726574"))))
                .hasMessage("unexpected packet: 7 bytes beginning with 0x42 (expected: OK)");
        assertThat(UnexpectedPacketException.of("OK", Unpooled.EMPTY_BUFFER))
                .hasMessage("unexpected packet: an empty payload (expected: OK)");
    }
}

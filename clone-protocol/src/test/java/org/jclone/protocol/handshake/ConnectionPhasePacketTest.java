package org.jclone.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jclone.protocol.GoldenBytes;
import org.jclone.protocol.Hex;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionPhasePacketTest {

    private static final byte[] SWITCH = Hex.bytes("""
            fe                                                  # header
            7368613235365f70617373776f7264 00                   # sha256_password
            0102030405060708090a0b0c0d0e0f1011121314 00         # nonce and its zero byte
            """);

    private static final AuthSwitchRequest SWITCH_REQUEST = new AuthSwitchRequest(
            "sha256_password", Bytes.of(Hex.bytes("0102030405060708090a0b0c0d0e0f1011121314 00")));

    private static final byte[] NEXT_FACTOR = Hex.bytes("""
            02                                                  # header
            61757468656e7469636174696f6e5f776562617574686e 00   # authentication_webauthn
            cafe                                                # data
            """);

    private static final AuthNextFactor NEXT_FACTOR_REQUEST =
            new AuthNextFactor("authentication_webauthn", Bytes.of(Hex.bytes("cafe")));

    /** Fast authentication succeeded, recorded. */
    private static final byte[] MORE_DATA = Hex.bytes("01 03");

    private static final AuthMoreData FAST_AUTH_SUCCESS = new AuthMoreData(Bytes.of((byte) 3));

    static Stream<Arguments> packets() {
        OkPacket ok = new OkPacket(0, 0, 2, 0);
        ErrPacket denied = new ErrPacket(1045, "28000", "no");
        return Stream.of(
                Arguments.of(new ConnectionPhasePacket.Ok(ok), Hex.bytes("00 00 00 0200 0000"), ok),
                Arguments.of(new ConnectionPhasePacket.Err(denied), Hex.bytes("ff 1504 23 3238303030 6e6f"), denied),
                Arguments.of(new ConnectionPhasePacket.Switch(SWITCH_REQUEST), SWITCH, SWITCH_REQUEST),
                Arguments.of(new ConnectionPhasePacket.MoreData(FAST_AUTH_SUCCESS), MORE_DATA, FAST_AUTH_SUCCESS),
                Arguments.of(
                        new ConnectionPhasePacket.NextFactor(NEXT_FACTOR_REQUEST), NEXT_FACTOR, NEXT_FACTOR_REQUEST));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void theFirstByteDeterminesThePacket(ConnectionPhasePacket packet, byte[] golden, Object content) {
        ByteBuf out = Unpooled.buffer();
        packet.encode(out);

        assertThat(Hex.dump(out)).isEqualTo(Hex.dump(golden));
        assertThat(ConnectionPhasePacket.decode(out)).isEqualTo(packet);
        assertThat(packet.<Object>accept(new ContentOf())).isEqualTo(content);
    }

    @Test
    void rejectsTruncations() {
        GoldenBytes.assertRejectsEveryTruncation(AuthSwitchRequest.CODEC::decode, Arrays.copyOf(SWITCH, 17));
        GoldenBytes.assertRejectsEveryTruncation(AuthNextFactor.CODEC::decode, Arrays.copyOf(NEXT_FACTOR, 25));
        GoldenBytes.assertRejectsEveryTruncation(AuthMoreData.CODEC::decode, Arrays.copyOf(MORE_DATA, 1));
        GoldenBytes.assertDecodes(
                AuthSwitchRequest.CODEC::decode,
                Arrays.copyOf(SWITCH, 17),
                new AuthSwitchRequest("sha256_password", Bytes.EMPTY));
        GoldenBytes.assertDecodes(AuthMoreData.CODEC::decode, Hex.bytes("01"), new AuthMoreData(Bytes.EMPTY));
    }

    @Test
    void rejectsDataOfUnreasonableLength() {
        assertThat(GoldenBytes.assertMalformed(AuthMoreData.CODEC::decode, Hex.bytes("01 00*65536")))
                .hasMessage("AuthMoreData.data at offset 1: length 65536 (expected: <= 65535)");
        assertThat(GoldenBytes.assertMalformed(AuthSwitchRequest.CODEC::decode, Hex.bytes("fe 61 00 00*65536"))
                        .field())
                .isEqualTo("authPluginData");
        assertThat(GoldenBytes.assertMalformed(AuthNextFactor.CODEC::decode, Hex.bytes("02 61*256 00"))
                        .field())
                .isEqualTo("authPluginName");
    }

    @Test
    void rejectsAnUnknownFirstByte() {
        assertThatExceptionOfType(UnexpectedPacketException.class)
                .isThrownBy(() -> ConnectionPhasePacket.decode(Unpooled.wrappedBuffer(Hex.bytes("05 01"))))
                .withMessageContaining("0x05");
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> ConnectionPhasePacket.decode(Unpooled.EMPTY_BUFFER));
    }

    @Test
    void rejectsNamesThatCouldNotBeDecoded() {
        assertThatIllegalArgumentException().isThrownBy(() -> new AuthSwitchRequest("a\0b", Bytes.EMPTY));
        assertThatIllegalArgumentException().isThrownBy(() -> new AuthNextFactor("a\0b", Bytes.EMPTY));
    }

    @Test
    void printsNoAuthenticationData() {
        Bytes secret = Bytes.of(Hex.bytes("5ec7e7"));
        assertThat(new AuthSwitchRequest("p", secret).toString())
                .contains("REDACTED")
                .doesNotContain("5ec7e7");
        assertThat(new AuthNextFactor("p", secret).toString())
                .contains("REDACTED")
                .doesNotContain("5ec7e7");
        assertThat(new ConnectionPhasePacket.MoreData(new AuthMoreData(secret)).toString())
                .contains("REDACTED")
                .doesNotContain("5ec7e7");
    }

    private static final class ContentOf implements ConnectionPhasePacket.Handler<Object> {
        @Override
        public Object onOk(OkPacket ok) {
            return ok;
        }

        @Override
        public Object onErr(ErrPacket error) {
            return error;
        }

        @Override
        public Object onSwitch(AuthSwitchRequest request) {
            return request;
        }

        @Override
        public Object onMoreData(AuthMoreData data) {
            return data;
        }

        @Override
        public Object onNextFactor(AuthNextFactor request) {
            return request;
        }
    }
}

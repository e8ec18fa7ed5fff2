package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.compress.CompressionAlgorithm.UNCOMPRESSED;
import static org.jclone.protocol.compress.CompressionAlgorithm.ZLIB;
import static org.jclone.protocol.compress.CompressionAlgorithm.ZSTD;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jclone.protocol.Hex;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.junit.jupiter.api.Test;

/** Tests which algorithm is requested from a donor, and that both sides start to compress at the same packet. */
class ConnectionPhaseCompressionTest {

    private static final String PLUGIN = "caching_sha2_password";

    private Login login;

    private HandshakeResponse41 response(CompressionAlgorithm... wanted) {
        login = new Login(new CompressionOffer(List.of(wanted), 7));
        login.server.sends(ScriptedServer.greeting(PLUGIN));
        return login.receivesResponse();
    }

    @Test
    void requestsTheFirstOfferedAlgorithm() {
        HandshakeResponse41 zstd = response(ZSTD, ZLIB);
        assertThat(zstd.capabilities().has(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM))
                .isTrue();
        assertThat(zstd.capabilities().has(Capability.CLIENT_COMPRESS))
                .as("the server would choose zlib of the two")
                .isFalse();
        assertThat(zstd.zstdLevel()).isEqualTo(7);

        HandshakeResponse41 zlib = response(ZLIB, ZSTD);
        assertThat(CompressionAlgorithm.of(zlib.capabilities())).isEqualTo(ZLIB);
        assertThat(zlib.zstdLevel()).isZero();

        assertThat(CompressionAlgorithm.of(response(UNCOMPRESSED, ZSTD).capabilities()))
                .isEqualTo(UNCOMPRESSED);
    }

    @Test
    void requestsTheNextAlgorithmIfTheFirstIsNotOffered() {
        login = new Login(new CompressionOffer(List.of(ZSTD, ZLIB), 3));
        login.server.sends(ScriptedServer.greetingWithout(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM));

        assertThat(CompressionAlgorithm.of(login.receivesResponse().capabilities()))
                .isEqualTo(ZLIB);
    }

    @Test
    void failsWithoutACommonAlgorithm() {
        login = new Login(new CompressionOffer(List.of(ZSTD), 3));
        login.server.sends(ScriptedServer.greetingWithout(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM));

        assertThat(login.failure())
                .isInstanceOf(CompressionNotOfferedException.class)
                .hasMessage("no common compression algorithm: requested zstd, the donor offers zlib");
    }

    @Test
    void compressesFromTheFirstCommandAfterTheLogin() {
        response(ZSTD);
        login.server.sendsOk();

        ByteBuf command = login.channel.readOutbound();
        assertThat(ByteBufUtil.hexDump(command)).as("COM_CLONE, stored").isEqualTo("05000000000000" + "0100000020");
        command.release();

        login.channel.writeInbound(Unpooled.wrappedBuffer(Hex.bytes("0b0000 01 000000  07000001 00000002000000")));
        assertThat(login.handler.loggedIn()).isCompleted();
        assertThat(login.handler.loggedIn().join().compression()).isEqualTo(ZSTD);
        assertThat(login.channel.pipeline().get(CompressedPacketHandler.class)).isNotNull();
        login.channel.finishWithoutLeak();
    }
}

package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.function.Consumer;
import org.jclone.protocol.handshake.AuthMoreData;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what can go wrong at each packet that the server sends during a login. */
class ConnectionPhaseStepsTest {

    /** A packet of the server. */
    private record Step(int sequenceId, Consumer<ByteBuf> payload) {}

    private static final List<Step> STEPS = List.of(
            new Step(0, out -> HandshakeV10.CODEC.encode(ScriptedServer.greeting("caching_sha2_password"), out)),
            new Step(2, new ConnectionPhasePacket.MoreData(new AuthMoreData(Bytes.of((byte) 3)))::encode),
            new Step(3, new ConnectionPhasePacket.Ok(ScriptedServer.OK)::encode),
            new Step(1, new ConnectionPhasePacket.Ok(ScriptedServer.OK)::encode));

    private final Login login = new Login(Login.STRICT);

    @AfterEach
    void releasesEverything() {
        login.channel.finishWithoutLeak();
    }

    private void send(int sequenceId, Step step) {
        login.channel.writeInbound(ScriptedServer.packet(sequenceId, step.payload()));
    }

    private void goTo(int step) {
        STEPS.subList(0, step).forEach(done -> send(done.sequenceId(), done));
        login.channel.releaseOutbound();
    }

    @Test
    void completeALogin() {
        goTo(STEPS.size());

        assertThat(login.handler.loggedIn()).isCompleted();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void rejectsAnotherSequenceId(int step) {
        goTo(step);
        send(STEPS.get(step).sequenceId() + 1, STEPS.get(step));

        assertThat(login.failure())
                .isInstanceOf(UnexpectedPacketException.class)
                .hasMessageContaining("sequence id");
        login.server.receivesNothing();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void failsWhenTheConnectionCloses(int step) {
        goTo(step);
        login.channel.close();

        assertThat(login.failure()).isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void failsWithTheFirstReason(int step) {
        goTo(step);
        login.channel.pipeline().fireExceptionCaught(new DecoderException("first"));
        login.channel.close();

        assertThat(login.failure()).hasMessage("first");
    }
}

package org.jclone.protocol.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.recording.MadeConversation.CAPABILITIES;
import static org.jclone.protocol.recording.MadeConversation.COMPLETE;
import static org.jclone.protocol.recording.MadeConversation.GREETING;
import static org.jclone.protocol.recording.MadeConversation.NONCE;
import static org.jclone.protocol.recording.MadeConversation.OK;
import static org.jclone.protocol.recording.MadeConversation.PLAIN;
import static org.jclone.protocol.recording.MadeConversation.THREE_BYTES_OF_DATA;
import static org.jclone.protocol.recording.MadeConversation.command;
import static org.jclone.protocol.recording.MadeConversation.hex;
import static org.jclone.protocol.recording.MadeConversation.inCloneMode;
import static org.jclone.protocol.recording.MadeConversation.inSqlMode;
import static org.jclone.protocol.recording.MadeConversation.login;
import static org.jclone.protocol.recording.MadeConversation.payload;
import static org.jclone.protocol.recording.MadeConversation.scraps;
import static org.jclone.protocol.recording.MadeConversation.state;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jclone.protocol.Hex;
import org.jclone.protocol.clone.command.ExecuteCommand;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.command.CommandCode;
import org.jclone.protocol.command.QueryCommand;
import org.jclone.protocol.handshake.AuthSwitchRequest;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.SslRequest;
import org.jclone.protocol.packet.ErrPacket;
import org.junit.jupiter.api.Test;

class ConversationDecoderTest {

    private final MadeConversation made = new MadeConversation();

    @Test
    void followsACloneThroughItsPhases() throws IOException {
        made.decode(inCloneMode()
                .recipient(1, 0, ExecuteCommand.INSTANCE::encode)
                .donor(1, 0, state())
                .donor(1, 0, THREE_BYTES_OF_DATA)
                .donor(1, 0, hex("03 aabbcc"))
                .donor(1, 0, COMPLETE)
                .recipient(1, 0, ExitCommand.INSTANCE::encode)
                .donor(1, 0, COMPLETE)
                .recipient(1, 0, command(CommandCode.COM_RESET_CONNECTION))
                .donor(1, 1, OK)
                .recipient(1, 0, command(CommandCode.COM_QUIT)));

        assertThat(made.events)
                .containsExactly(
                        "c1 < greeting",
                        "c1 > handshake",
                        "c1 < auth",
                        "c1 > auth",
                        "c1 < OK",
                        "c1 > COM_CLONE",
                        "c1 < OK",
                        "c1 > COM_EXECUTE",
                        "c1 < RES_DATA_DESC",
                        "c1 < RES_DATA_DESC",
                        "c1 < RES_DATA",
                        "c1 < RES_COMPLETE",
                        "c1 > COM_EXIT",
                        "c1 < RES_COMPLETE",
                        "c1 > COM_RESET_CONNECTION",
                        "c1 < OK",
                        "c1 > COM_QUIT");
        assertThat(made.decoder.leftOver()).isEmpty();
        assertThat(made.decoder.opaque()).isEmpty();
    }

    @Test
    void decodesTheSameFromSingleBytes() throws IOException {
        made.decode(inCloneMode());
        List<String> expected = List.copyOf(made.events);
        made.events.clear();

        made.decode(scraps(inCloneMode()));

        assertThat(made.events).isEqualTo(expected);
        assertThat(made.decoder.leftOver()).isEmpty();
    }

    @Test
    void separatesConnections() throws IOException {
        made.decode(new TeeWriter()
                .donor(2, 0, GREETING)
                .donor(1, 0, payload(ErrPacket.CODEC, new ErrPacket(1040, "", "Too many connections")))
                .recipient(2, 1, login(PLAIN))
                .donor(2, 2, OK));

        assertThat(made.events).containsExactly("c2 < greeting", "c1 < ERROR", "c2 > handshake", "c2 < OK");
    }

    @Test
    void followsAPluginSwitch() throws IOException {
        made.decode(new TeeWriter()
                .donor(1, 0, GREETING)
                .recipient(1, 1, login(PLAIN))
                .donor(1, 2, payload(AuthSwitchRequest.CODEC, new AuthSwitchRequest("other", NONCE)))
                .recipient(1, 3, hex("00*20"))
                .donor(1, 4, payload(ErrPacket.CODEC, new ErrPacket(1045, "28000", "denied"))));

        assertThat(made.events)
                .containsExactly("c1 < greeting", "c1 > handshake", "c1 < auth switch", "c1 > auth", "c1 < ERROR");
    }

    @Test
    void onlyCountsBytesAfterATlsRequest() throws IOException {
        byte[] request = TeeWriter.packet(1, payload(SslRequest.CODEC, new SslRequest(CAPABILITIES, 1 << 24, 255)));
        byte[] withHello = Arrays.copyOf(request, request.length + 7);

        made.decode(new TeeWriter()
                .donor(1, 0, GREETING)
                .record(1, '>', withHello)
                .record(1, '<', new byte[11])
                .record(1, '>', new byte[5]));

        assertThat(made.events)
                .containsExactly(
                        "c1 < greeting", "c1 > TLS request", "c1 opaque: encrypted or compressed from here on");
        assertThat(made.decoder.opaque())
                .isEqualTo(Map.of(1, Map.of(Direction.FROM_DONOR, 11L, Direction.FROM_RECIPIENT, 12L)));
        assertThat(made.decoder.leftOver()).isEmpty();
    }

    @Test
    void onlyCountsBytesAfterTheOkThatEnablesCompression() throws IOException {
        made.decode(new TeeWriter()
                .donor(1, 0, GREETING)
                .recipient(1, 1, login(CAPABILITIES.without(Capability.CLIENT_SSL)))
                .donor(1, 2, OK)
                .record(1, '>', Hex.bytes("05000000000000 0100000020")));

        assertThat(made.events)
                .containsExactly(
                        "c1 < greeting",
                        "c1 > handshake",
                        "c1 < OK",
                        "c1 opaque: encrypted or compressed from here on");
        assertThat(made.decoder.opaque()).isEqualTo(Map.of(1, Map.of(Direction.FROM_RECIPIENT, 12L)));
    }

    @Test
    void decodesStatementsAndTheirResults() throws IOException {
        made.decode(inSqlMode()
                .recipient(1, 0, out -> new QueryCommand("KILL CONNECTION 5", false).encode(out))
                .donor(1, 1, payload(ErrPacket.CODEC, new ErrPacket(1094, "HY000", "Unknown thread id")))
                .recipient(1, 0, out -> new QueryCommand("SELECT 1", false).encode(out))
                .donor(1, 1, hex("01"))
                .donor(1, 2, hex("03 646566 00 00 00 01 31 00 0c 3f00 01000000 08 8100 00 0000"))
                .donor(1, 3, hex("01 31"))
                .donor(1, 4, hex("fe 00 00 0200 0000"))
                .recipient(1, 0, command(CommandCode.COM_PING))
                .donor(1, 1, OK));

        assertThat(made.events.subList(5, made.events.size()))
                .containsExactly(
                        "c1 > COM_QUERY",
                        "c1 < ERROR",
                        "c1 > COM_QUERY",
                        "c1 < result set",
                        "c1 < result set",
                        "c1 < result set",
                        "c1 < result set",
                        "c1 > COM_PING",
                        "c1 < OK");
    }

    @Test
    void aRejectedComCloneLeavesTheConnectionInSql() throws IOException {
        made.decode(inSqlMode()
                .recipient(1, 0, command(CommandCode.COM_CLONE))
                .donor(1, 1, payload(ErrPacket.CODEC, new ErrPacket(1227, "42000", "denied")))
                .recipient(1, 0, command(CommandCode.COM_QUIT)));

        assertThat(made.events)
                .endsWith("c1 > COM_CLONE", "c1 < ERROR", "c1 > COM_QUIT")
                .noneMatch(MadeConversation::isProblem);
    }

    @Test
    void aRejectedExitLeavesCloneModeAndAnyOtherErrorDoesNot() throws IOException {
        Consumer<ByteBuf> killed = new ErrorResponse(1317, "killed")::encode;
        made.decode(inCloneMode()
                .recipient(1, 0, ExecuteCommand.INSTANCE::encode)
                .donor(1, 0, killed)
                .recipient(1, 0, ExitCommand.INSTANCE::encode)
                .donor(1, 0, killed)
                .recipient(1, 0, command(CommandCode.COM_QUIT)));

        assertThat(made.events)
                .endsWith("c1 > COM_EXECUTE", "c1 < RES_ERROR", "c1 > COM_EXIT", "c1 < RES_ERROR", "c1 > COM_QUIT")
                .noneMatch(MadeConversation::isProblem);
    }
}

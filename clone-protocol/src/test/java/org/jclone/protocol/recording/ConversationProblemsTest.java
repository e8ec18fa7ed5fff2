package org.jclone.protocol.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.protocol.recording.MadeConversation.COMPLETE;
import static org.jclone.protocol.recording.MadeConversation.GREETING;
import static org.jclone.protocol.recording.MadeConversation.OK;
import static org.jclone.protocol.recording.MadeConversation.PLAIN;
import static org.jclone.protocol.recording.MadeConversation.THREE_BYTES_OF_DATA;
import static org.jclone.protocol.recording.MadeConversation.command;
import static org.jclone.protocol.recording.MadeConversation.hex;
import static org.jclone.protocol.recording.MadeConversation.inCloneMode;
import static org.jclone.protocol.recording.MadeConversation.login;
import static org.jclone.protocol.recording.MadeConversation.state;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jclone.protocol.clone.command.ExecuteCommand;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.command.CommandCode;
import org.jclone.protocol.packet.PacketHeader;
import org.junit.jupiter.api.Test;

class ConversationProblemsTest {

    private final MadeConversation made = new MadeConversation();

    @Test
    void reportsSequenceIdsOutOfOrder() throws IOException {
        made.decode(inCloneMode()
                .recipient(1, 3, ExecuteCommand.INSTANCE::encode)
                .donor(1, 0, state())
                .donor(1, 1, COMPLETE));

        assertThat(made.events)
                .containsSequence(
                        "c1 > problem: sequence id: 3 (expected: 0)", "c1 > COM_EXECUTE", "c1 < RES_DATA_DESC")
                .containsSequence("c1 < problem: sequence id: 1 (expected: 0)", "c1 < RES_COMPLETE");
    }

    @Test
    void reportsALoginOutOfOrder() throws IOException {
        made.decode(new TeeWriter()
                .donor(1, 0, GREETING)
                .recipient(1, 2, login(PLAIN))
                .donor(1, 3, OK));

        assertThat(made.events)
                .containsExactly(
                        "c1 < greeting", "c1 > problem: sequence id: 2 (expected: 1)", "c1 > handshake", "c1 < OK");
    }

    @Test
    void continuesAfterAMessageThatItCannotDecode() throws IOException {
        made.decode(inCloneMode()
                .recipient(1, 0, ExecuteCommand.INSTANCE::encode)
                .donor(1, 0, hex("2a 00"))
                .donor(1, 0, hex("02 0c 00 00000064"))
                .donor(1, 0, hex(""))
                .donor(1, 0, COMPLETE));

        assertThat(made.events.stream().filter(MadeConversation::isProblem))
                .containsExactly(
                        "c1 < problem: message 5 of 2 bytes: CloneResponse.code at offset 0: 42 "
                                + "(expected: 1 to 9, 99 or 100)",
                        "c1 < problem: message 6 of 7 bytes: DescriptorHeader.header at offset 0: "
                                + "needs 12 bytes, 4 left",
                        "c1 < problem: message 7 of 0 bytes: CloneResponse.code at offset 0: "
                                + "needs 1 bytes, 0 left");
        assertThat(made.events).endsWith("c1 < RES_COMPLETE");
    }

    @Test
    void reportsDataThatDoesNotMatchItsDescriptor() throws IOException {
        made.decode(inCloneMode()
                .recipient(1, 0, ExecuteCommand.INSTANCE::encode)
                .donor(1, 0, hex("03 aa"))
                .donor(1, 0, THREE_BYTES_OF_DATA)
                .donor(1, 0, hex("03 aabb"))
                .donor(1, 0, THREE_BYTES_OF_DATA)
                .donor(1, 0, COMPLETE));

        assertThat(made.events.stream()
                        .filter(MadeConversation::isProblem)
                        .map(text -> text.replaceFirst(".*bytes: ", "")))
                .containsExactly(
                        "unexpected packet: DATA of 1 bytes (expected: no data without its descriptor)",
                        "unexpected packet: DATA of 2 bytes (expected: DATA of 3 bytes)",
                        "unexpected packet: COMPLETE (expected: DATA of 3 bytes)");
    }

    @Test
    void reportsMessagesThatThePhaseDoesNotAllow() throws IOException {
        made.decode(inCloneMode()
                .donor(1, 0, COMPLETE)
                .recipient(1, 0, ExecuteCommand.INSTANCE::encode)
                .recipient(1, 0, ExitCommand.INSTANCE::encode)
                .recipient(2, 0, command(CommandCode.COM_QUIT)));

        assertThat(made.events.stream()
                        .filter(MadeConversation::isProblem)
                        .map(text -> text.replaceFirst(".*packet: ", "")))
                .containsExactly(
                        "COMPLETE (expected: no response without a command)",
                        "COM_EXIT (expected: no command before the answer to COM_EXECUTE)",
                        "1 bytes beginning with 0x01 (expected: no message from the recipient)");
    }

    @Test
    void countsTheBytesOfAnIncompleteMessage() throws IOException {
        made.decode(new TeeWriter().donor(1, 0, GREETING).record(3, '>', new byte[3]));

        assertThat(made.decoder.leftOver()).isEqualTo(Map.of(3, Map.of(Direction.FROM_RECIPIENT, 3L)));
    }

    @Test
    void givesUpAConnectionWithAMessageThatIsTooLong() throws IOException {
        TeeWriter writer = new TeeWriter();
        for (int sequenceId = 0; sequenceId < 5; sequenceId++) {
            writer.record(1, '<', new byte[] {-1, -1, -1, (byte) sequenceId});
            writer.record(1, '<', new byte[PacketHeader.MAX_PAYLOAD_LENGTH]);
        }

        made.decode(writer);

        assertThat(made.events).hasSize(2);
        assertThat(made.events.get(0)).startsWith("c1 < problem: message length: ");
        assertThat(made.events.get(1)).isEqualTo("c1 opaque: framing lost from here on");
    }

    @Test
    void givesUpARecordingWithTooManyIncompleteMessages() throws IOException {
        byte[] unfinished = Arrays.copyOf(new byte[] {-1, -1, -1}, 100);
        TeeWriter writer = new TeeWriter();
        for (int connection = 1; connection <= 10; connection++) {
            writer.record(connection, '<', unfinished);
        }

        made.decode(writer, 1000);
        assertThat(made.decoder.leftOver()).hasSize(10);
        assertThatExceptionOfType(MalformedRecordingException.class)
                .isThrownBy(() -> made.decode(writer, 999))
                .withMessage("more than 999 bytes of incomplete messages");
    }

    @Test
    void givesUpARecordingWithTooManyConnections() throws IOException {
        TeeWriter writer = new TeeWriter();
        for (int connection = 1; connection <= 4097; connection++) {
            writer.record(connection, '<', new byte[1]);
        }

        assertThatExceptionOfType(MalformedRecordingException.class)
                .isThrownBy(() -> made.decode(writer))
                .withMessage("more than 4096 connections");
    }
}

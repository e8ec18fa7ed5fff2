package org.jclone.protocol.clone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.GoldenBytes.assertEncodesAndDecodes;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsTrailingByte;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jclone.protocol.Hex;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class CloneCommandTest {

    private static final DdlSettings DDL = new DdlSettings(300, false);
    private static final List<CloneCommand> ALL = List.of(
            new InitCommand(0x0103, DDL, List.of()),
            new AttachCommand(0x0103, DDL, List.of()),
            new ReinitCommand(0x0103, DDL, List.of()),
            ExecuteCommand.INSTANCE,
            new AckCommand(1317, new LocatorEntry(12, Bytes.EMPTY), Bytes.EMPTY),
            ExitCommand.INSTANCE);

    @Test
    void encodesAndDecodesCommandsWithoutBody() {
        assertEncodesAndDecodes(ExecuteCommand.CODEC, ExecuteCommand.INSTANCE, Hex.bytes("04"));
        assertEncodesAndDecodes(ExitCommand.CODEC, ExitCommand.INSTANCE, Hex.bytes("06"));
        assertRejectsTrailingByte(ExecuteCommand.CODEC::decode, Hex.bytes("04"));
        assertRejectsTrailingByte(ExitCommand.CODEC::decode, Hex.bytes("06"));
    }

    @Test
    void decodesEveryCommandByItsCode() {
        for (CloneCommand command : ALL) {
            ByteBuf out = Unpooled.buffer();
            command.encode(out);
            assertThat(out.getByte(0)).isEqualTo((byte) command.code().wireCode());
            assertThat(CloneCommand.decode(out)).isEqualTo(command);
            assertThat(out.isReadable()).isFalse();
        }
    }

    @Test
    void passesEachCommandToItsMethod() {
        assertThat(ALL.stream().map(command -> command.accept(new CodeOf())))
                .containsExactly(CloneCommandCode.values());
    }

    @Test
    void rejectsAnEmptyPayloadAndUnknownCodes() {
        assertMalformed(CloneCommand::decode, new byte[0], "code", 0);
        assertMalformed(CloneCommand::decode, Hex.bytes("00"), "code", 0);
        assertMalformed(CloneCommand::decode, Hex.bytes("07"), "code", 0);
        assertMalformed(CloneCommand::decode, Hex.bytes("ff"), "code", 0);
    }

    private static final class CodeOf implements CloneCommand.Handler<CloneCommandCode> {

        @Override
        public CloneCommandCode onInit(InitCommand command) {
            return CloneCommandCode.COM_INIT;
        }

        @Override
        public CloneCommandCode onAttach(AttachCommand command) {
            return CloneCommandCode.COM_ATTACH;
        }

        @Override
        public CloneCommandCode onReinit(ReinitCommand command) {
            return CloneCommandCode.COM_REINIT;
        }

        @Override
        public CloneCommandCode onExecute(ExecuteCommand command) {
            return CloneCommandCode.COM_EXECUTE;
        }

        @Override
        public CloneCommandCode onAck(AckCommand command) {
            return CloneCommandCode.COM_ACK;
        }

        @Override
        public CloneCommandCode onExit(ExitCommand command) {
            return CloneCommandCode.COM_EXIT;
        }
    }
}

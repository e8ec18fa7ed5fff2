package org.jclone.protocol.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jclone.protocol.GoldenBytes;
import org.jclone.protocol.Hex;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CommandTest {

    /** Example C13 of the protocol document. */
    private static final byte[] KILL_WITH_ATTRIBUTES = Hex.bytes("""
            03                                          # code
            00 01                                       # no parameters, one set of them
            4b494c4c20434f4e4e454354494f4e203337        # KILL CONNECTION 37
            """);

    private static final byte[] KILL = Hex.bytes("03 4b494c4c20434f4e4e454354494f4e203337");

    static Stream<Arguments> commands() {
        return Stream.of(
                Arguments.of(new SimpleCommand(CommandCode.COM_QUIT), Hex.bytes("01")),
                Arguments.of(new SimpleCommand(CommandCode.COM_PING), Hex.bytes("0e")),
                Arguments.of(new SimpleCommand(CommandCode.COM_RESET_CONNECTION), Hex.bytes("1f")),
                Arguments.of(new SimpleCommand(CommandCode.COM_CLONE), Hex.bytes("20")),
                Arguments.of(new QueryCommand("KILL CONNECTION 37", true), KILL_WITH_ATTRIBUTES),
                Arguments.of(new QueryCommand("KILL CONNECTION 37", false), KILL));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theFirstByteDeterminesTheCommand(Command command, byte[] golden) {
        ByteBuf out = Unpooled.buffer();
        command.encode(out);

        assertThat(Hex.dump(out)).isEqualTo(Hex.dump(golden));
        assertThat(golden[0]).isEqualTo((byte) command.code().wireCode());
        assertThat(Command.decode(out)).isEqualTo(command);
        assertThat(out.isReadable()).isFalse();
        assertThat(command.<Command>accept(new Itself())).isSameAs(command);
    }

    @Test
    void findsEachCodeByItsNumber() {
        for (CommandCode code : CommandCode.values()) {
            assertThat(CommandCode.byWireCode(code.wireCode())).contains(code);
        }
        assertThat(CommandCode.byWireCode(2)).isEmpty();
    }

    @Test
    void rejectsAnUnknownCode() {
        assertThatExceptionOfType(UnexpectedPacketException.class)
                .isThrownBy(() -> Command.decode(Unpooled.wrappedBuffer(Hex.bytes("02 74657374"))))
                .withMessage("unexpected packet: 5 bytes beginning with 0x02 (expected: a command)");
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> Command.decode(Unpooled.EMPTY_BUFFER));
    }

    @Test
    void simpleCommandsRejectEveryTruncationAndATrailingByte() {
        GoldenBytes.assertRejectsEveryTruncation(SimpleCommand.CODEC::decode, Hex.bytes("20"));
        GoldenBytes.assertRejectsTrailingByte(SimpleCommand.CODEC::decode, Hex.bytes("20"));
        assertThat(GoldenBytes.assertMalformed(SimpleCommand.CODEC::decode, Hex.bytes("03")))
                .hasMessage("SimpleCommand.code at offset 0: 3 (expected: a command without body)");
        assertThatIllegalArgumentException().isThrownBy(() -> new SimpleCommand(CommandCode.COM_QUERY));
    }

    @Test
    void queriesRejectTruncationsBeforeTheStatement() {
        GoldenBytes.assertRejectsEveryTruncation(QueryCommand.CODEC::decode, Arrays.copyOf(KILL_WITH_ATTRIBUTES, 4));
        GoldenBytes.assertRejectsEveryTruncation(QueryCommand.CODEC::decode, Arrays.copyOf(KILL, 2));
    }

    @Test
    void queriesRejectAttributesAndControlCharacters() {
        assertThat(GoldenBytes.assertMalformed(QueryCommand.CODEC::decode, Hex.bytes("03 01 01 00 4b")))
                .hasMessage("QueryCommand.sql at offset 1: empty, or begins with a control character");
        assertThat(GoldenBytes.assertMalformed(QueryCommand.CODEC::decode, Hex.bytes("03 00 02 4b")))
                .hasMessage("QueryCommand.parameterSetCount at offset 2: 2 (expected: 1)");
        assertThat(GoldenBytes.assertMalformed(QueryCommand.CODEC::decode, Hex.bytes("03 41ff"))
                        .field())
                .isEqualTo("sql");
        assertThatIllegalArgumentException().isThrownBy(() -> new QueryCommand("", false));
        assertThatIllegalArgumentException().isThrownBy(() -> new QueryCommand("\u0001", true));
    }

    private static final class Itself implements Command.Handler<Command> {
        @Override
        public Command onSimple(SimpleCommand command) {
            return command;
        }

        @Override
        public Command onQuery(QueryCommand command) {
            return command;
        }
    }
}

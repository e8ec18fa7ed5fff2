package org.jclone.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.protocol.command.ColumnDefinition41;
import org.jclone.protocol.command.Command;
import org.jclone.protocol.command.QueryResponse;
import org.jclone.protocol.command.QueryResponseDecoder;
import org.jclone.protocol.command.TextRow;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The answer to a statement: payloads of at most 255 bytes, each preceded by its length. */
class StatementFuzzTest {

    private static final int MAX_ROWS = 100;
    private static final Capabilities WITH_EOF = Capabilities.of(Capability.CLIENT_PROTOCOL_41);
    private static final Capabilities WITHOUT_EOF =
            Capabilities.of(Capability.CLIENT_PROTOCOL_41, Capability.CLIENT_DEPRECATE_EOF);

    static Stream<Arguments> seeds() {
        QueryResponse result = new QueryResponse.ResultSet(
                List.of(ColumnDefinition41.text("@@version"), ColumnDefinition41.text("n")),
                List.of(new TextRow(List.of(Optional.of("9.7.4"), Optional.empty()))));
        return Stream.concat(
                Stream.of(WITH_EOF, WITHOUT_EOF).map(capabilities -> Arguments.of(framed(result, capabilities))),
                Seeds.of(0, "Ok", "Err", "SqlCommand"));
    }

    private static byte[] framed(QueryResponse response, Capabilities capabilities) {
        List<Byte> bytes = new ArrayList<>();
        for (Bytes payload : response.payloads(capabilities)) {
            bytes.add((byte) payload.length());
            for (byte each : payload.toByteArray()) {
                bytes.add(each);
            }
        }
        byte[] framed = new byte[bytes.size()];
        for (int i = 0; i < framed.length; i++) {
            framed[i] = bytes.get(i);
        }
        return framed;
    }

    @MethodSource("seeds")
    @FuzzTest
    void answer(byte[] bytes) {
        Fuzz.roundTrip(bytes, OkPacket.CODEC);
        Fuzz.roundTrip(bytes, ErrPacket.CODEC);
        Fuzz.roundTrip(bytes, Command::decode, Command::encode);
        answer(bytes, WITH_EOF);
        answer(bytes, WITHOUT_EOF);
    }

    private static void answer(byte[] bytes, Capabilities capabilities) {
        QueryResponseDecoder decoder = new QueryResponseDecoder(capabilities, MAX_ROWS);
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes[at] & 0xff, bytes.length - at - 1);
            byte[] payload = Arrays.copyOfRange(bytes, at + 1, at + 1 + length);
            at += 1 + length;
            Optional<Optional<QueryResponse>> answer = Fuzz.decode(payload, decoder::onPacket);
            if (answer.isEmpty() || answer.get().isPresent()) {
                answer.flatMap(whole -> whole)
                        .ifPresent(whole -> assertThat(whole.toString()).isNotEmpty());
                return;
            }
        }
    }
}

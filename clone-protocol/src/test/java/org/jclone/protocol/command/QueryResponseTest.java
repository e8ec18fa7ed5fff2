package org.jclone.protocol.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jclone.protocol.Hex;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.Test;

class QueryResponseTest {

    private static final Capabilities DEPRECATE_EOF = Capabilities.of(Capability.CLIENT_DEPRECATE_EOF);
    private static final Capabilities WITH_EOF = Capabilities.NONE;
    private static final int MAX_ROWS = 3;

    private static final String COLUMN_COUNT = "02";
    private static final String COLUMN_A = "03646566 00 00 00 0161 00 0c ff00 ffff0000 fd 0000 1f 0000";
    private static final String COLUMN_B = "03646566 00 00 00 0162 00 0c ff00 ffff0000 fd 0000 1f 0000";
    private static final String ROW_1 = "05 312e352047 fb   # 1.5 G, NULL";
    private static final String ROW_2 = "00 02 c3a4         # empty, a umlaut";
    private static final String EOF = "fe 0000 0200        # no warnings, autocommit";
    private static final String OK_AFTER_ROWS = "fe 00 00 0200 0000";
    private static final String DENIED = "ff 9505 23 4859303030 6279 65   # 1429, HY000";

    private static final QueryResponse.ResultSet RESULT_SET = new QueryResponse.ResultSet(
            List.of(ColumnDefinition41.text("a"), ColumnDefinition41.text("b")),
            List.of(
                    new TextRow(List.of(Optional.of("1.5 G"), Optional.empty())),
                    new TextRow(List.of(Optional.of(""), Optional.of("\u00e4")))));

    private static List<Bytes> payloads(String... payloads) {
        return Arrays.stream(payloads).map(hex -> Bytes.of(Hex.bytes(hex))).toList();
    }

    /** Checks that a decoder returns no answer for each payload but the last, and returns the answer to the last. */
    private static Optional<QueryResponse> decode(Capabilities capabilities, List<Bytes> payloads) {
        QueryResponseDecoder decoder = new QueryResponseDecoder(capabilities, MAX_ROWS);
        Optional<QueryResponse> response = Optional.empty();
        for (Bytes payload : payloads) {
            assertThat(response).as("answer before the last packet").isEmpty();
            ByteBuf in = Unpooled.wrappedBuffer(payload.toByteArray());
            response = decoder.onPacket(in);
            assertThat(in.isReadable()).as("bytes left over").isFalse();
        }
        return response;
    }

    @Test
    void aResultSetEndsWithOkUnderDeprecateEof() {
        List<Bytes> golden = payloads(COLUMN_COUNT, COLUMN_A, COLUMN_B, ROW_1, ROW_2, OK_AFTER_ROWS);

        assertThat(RESULT_SET.payloads(DEPRECATE_EOF)).isEqualTo(golden);
        assertThat(decode(DEPRECATE_EOF, golden)).contains(RESULT_SET);
    }

    @Test
    void columnsAndRowsEndWithEofWithoutDeprecateEof() {
        List<Bytes> golden = payloads(COLUMN_COUNT, COLUMN_A, COLUMN_B, EOF, ROW_1, ROW_2, EOF);

        assertThat(RESULT_SET.payloads(WITH_EOF)).isEqualTo(golden);
        assertThat(decode(WITH_EOF, golden)).contains(RESULT_SET);
    }

    @Test
    void limitsTheMemoryOfRows() {
        QueryResponseDecoder decoder = new QueryResponseDecoder(DEPRECATE_EOF, Integer.MAX_VALUE);
        List.of(Bytes.of(Hex.bytes("01")), Bytes.of(Hex.bytes(COLUMN_A)))
                .forEach(payload -> decoder.onPacket(Unpooled.wrappedBuffer(payload.toByteArray())));
        byte[] row = new byte[1 << 20]; // 0xfd, and a length of three bytes
        Arrays.fill(row, (byte) 'x');
        Unpooled.wrappedBuffer(row).setByte(0, 0xfd).setMediumLE(1, row.length - 4);
        for (int i = 0; i < 15; i++) {
            assertThat(decoder.onPacket(Unpooled.wrappedBuffer(row))).isEmpty();
        }

        assertThatExceptionOfType(UnexpectedPacketException.class)
                .isThrownBy(() -> decoder.onPacket(Unpooled.wrappedBuffer(row)));
    }

    /** An empty string takes one byte on the wire and many in memory. */
    @Test
    void limitsTheMemoryOfColumnsAndEmptyValues() {
        QueryResponseDecoder columns = new QueryResponseDecoder(DEPRECATE_EOF, MAX_ROWS);
        columns.onPacket(Unpooled.wrappedBuffer(Hex.bytes("fc 0010")));
        ColumnDefinition41 column = ColumnDefinition41.text("x".repeat(1 << 13));
        QueryResponseDecoder rows = new QueryResponseDecoder(DEPRECATE_EOF, Integer.MAX_VALUE);
        rows.onPacket(Unpooled.wrappedBuffer(Hex.bytes("fc 0010")));
        IntStream.range(0, 1 << 12).forEach(i -> rows.onPacket(encoded(ColumnDefinition41.text(""))));

        assertThatExceptionOfType(UnexpectedPacketException.class)
                .isThrownBy(() -> IntStream.range(0, 1 << 12).forEach(i -> columns.onPacket(encoded(column))));
        assertThatExceptionOfType(UnexpectedPacketException.class)
                .isThrownBy(() ->
                        IntStream.range(0, 100).forEach(i -> rows.onPacket(Unpooled.wrappedBuffer(new byte[1 << 12]))));
    }

    private static ByteBuf encoded(ColumnDefinition41 column) {
        ByteBuf out = Unpooled.buffer();
        ColumnDefinition41.CODEC.encode(column, out);
        return out;
    }

    @Test
    void aResultSetMayHaveNoRows() {
        QueryResponse.ResultSet empty = new QueryResponse.ResultSet(List.of(ColumnDefinition41.text("a")), List.of());

        assertThat(decode(DEPRECATE_EOF, payloads("01", COLUMN_A, OK_AFTER_ROWS)))
                .contains(empty);
        assertThat(decode(WITH_EOF, payloads("01", COLUMN_A, EOF, EOF))).contains(empty);
    }

    @Test
    void okAndErrAreCompleteAnswers() {
        QueryResponse ok = new QueryResponse.Ok(new OkPacket(1, 0, 2, 0));
        QueryResponse err = new QueryResponse.Err(new ErrPacket(1429, "HY000", "bye"));

        assertThat(ok.payloads(DEPRECATE_EOF)).isEqualTo(payloads("00 01 00 0200 0000"));
        assertThat(decode(DEPRECATE_EOF, ok.payloads(DEPRECATE_EOF))).contains(ok);
        assertThat(err.payloads(WITH_EOF)).isEqualTo(payloads(DENIED));
        assertThat(decode(WITH_EOF, err.payloads(WITH_EOF))).contains(err);
    }

    @Test
    void anErrorMayReplaceAnyPacket() {
        Optional<QueryResponse> error = Optional.of(new QueryResponse.Err(new ErrPacket(1429, "HY000", "bye")));
        List<Bytes> whole = payloads(COLUMN_COUNT, COLUMN_A, COLUMN_B, EOF, ROW_1, ROW_2);

        for (int n = 0; n <= whole.size(); n++) {
            List<Bytes> broken = new ArrayList<>(whole.subList(0, n));
            broken.addAll(payloads(DENIED));
            assertThat(decode(WITH_EOF, broken)).isEqualTo(error);
        }
    }

    @Test
    void rejectsPacketsAfterTheAnswer() {
        QueryResponseDecoder decoder = new QueryResponseDecoder(DEPRECATE_EOF, MAX_ROWS);
        decoder.onPacket(Unpooled.wrappedBuffer(Hex.bytes("00 00 00 0200 0000")));

        assertThatExceptionOfType(UnexpectedPacketException.class)
                .isThrownBy(() -> decoder.onPacket(Unpooled.wrappedBuffer(Hex.bytes(DENIED))))
                .withMessageContaining("nothing after the answer");
    }

    @Test
    void rejectsMoreRowsThanAllowed() {
        assertThatExceptionOfType(UnexpectedPacketException.class)
                .isThrownBy(() ->
                        decode(DEPRECATE_EOF, payloads(COLUMN_COUNT, COLUMN_A, COLUMN_B, ROW_1, ROW_1, ROW_1, ROW_2)))
                .withMessage("unexpected packet: a further row (expected: at most 3 rows)");
    }

    @Test
    void rejectsFileRequestsAndFurtherResults() {
        assertThatExceptionOfType(UnexpectedPacketException.class)
                .isThrownBy(() -> decode(DEPRECATE_EOF, payloads("fb 2f6574632f706173737764")))
                .withMessageContaining("a request for a file of the client");
        assertThatExceptionOfType(UnexpectedPacketException.class)
                .isThrownBy(() -> decode(DEPRECATE_EOF, payloads("00 00 00 0a00 0000")))
                .withMessageContaining("announces another");
        assertThatExceptionOfType(UnexpectedPacketException.class)
                .isThrownBy(() -> decode(WITH_EOF, payloads("01", COLUMN_A, EOF, "fe 0000 0a00")))
                .withMessageContaining("announces another");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QueryResponseDecoder(
                        Capabilities.of(Capability.CLIENT_OPTIONAL_RESULTSET_METADATA), MAX_ROWS));
    }

    @Test
    void limitsColumnCounts() {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> decode(DEPRECATE_EOF, payloads("fc 0110")))
                .withMessage("QueryResponse.columnCount at offset 0: 4097 (expected: 1 to 4096)");
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> decode(DEPRECATE_EOF, payloads("02 00")))
                .withMessageContaining("1 trailing bytes");
    }

    @Test
    void rowsRejectEveryTruncationAndATrailingByte() {
        for (String row : List.of(ROW_1, ROW_2)) {
            byte[] golden = Hex.bytes(row);
            IntStream.rangeClosed(0, golden.length + 1)
                    .filter(n -> n != golden.length)
                    .forEach(n -> assertThatExceptionOfType(MalformedPacketException.class)
                            .isThrownBy(() -> TextRow.decode(Unpooled.wrappedBuffer(Arrays.copyOf(golden, n)), 2))
                            .satisfies(
                                    failure -> assertThat(failure.messageName()).isEqualTo("TextRow"))
                            .satisfies(failure -> assertThat(failure.offset()).isBetween(0, n)));
        }
    }

    @Test
    void everyPacketOfAResultSetRejectsItsTruncations() {
        List<Bytes> whole = payloads(COLUMN_COUNT, COLUMN_A, COLUMN_B, EOF, ROW_1, ROW_2, EOF);

        for (int packet = 0; packet < whole.size(); packet++) {
            for (int length = 0; length < whole.get(packet).length(); length++) {
                List<Bytes> broken = new ArrayList<>(whole.subList(0, packet));
                broken.add(whole.get(packet).slice(0, length));
                assertThatExceptionOfType(MalformedPacketException.class).isThrownBy(() -> decode(WITH_EOF, broken));
            }
        }
    }

    @Test
    void eachRowHasAValueForEachColumn() {
        assertThatIllegalArgumentException().isThrownBy(() -> new QueryResponse.ResultSet(List.of(), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QueryResponse.ResultSet(
                        List.of(ColumnDefinition41.text("a")),
                        List.of(new TextRow(List.of(Optional.empty(), Optional.empty())))));
    }

    @Test
    void handlersReceiveTheKindOfAnswer() {
        QueryResponse.Handler<String> kind = new QueryResponse.Handler<>() {
            @Override
            public String onOk(OkPacket ok) {
                return "ok " + ok.affectedRows();
            }

            @Override
            public String onErr(ErrPacket error) {
                return "error " + error.errorCode();
            }

            @Override
            public String onResultSet(QueryResponse.ResultSet resultSet) {
                return "rows " + resultSet.rows().size();
            }
        };

        assertThat(new QueryResponse.Ok(new OkPacket(7, 0, 2, 0)).<String>accept(kind))
                .isEqualTo("ok 7");
        assertThat(new QueryResponse.Err(new ErrPacket(1, "", "")).<String>accept(kind))
                .isEqualTo("error 1");
        assertThat(RESULT_SET.<String>accept(kind)).isEqualTo("rows 2");
    }
}

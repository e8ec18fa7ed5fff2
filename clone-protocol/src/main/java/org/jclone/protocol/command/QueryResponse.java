package org.jclone.protocol.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.packet.EofPacket;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.ServerStatus;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.FieldWriter;

/**
 * The complete answer to a {@link QueryCommand}: OK, ERR, or a result set in the text protocol.
 *
 * <pre>
 * result set   with CLIENT_DEPRECATE_EOF       without
 *              column count, a lenenc integer  the same
 *              {@link ColumnDefinition41}s             the same, then {@link EofPacket}
 *              {@link TextRow}s                        the same
 *              {@link OkPacket} with 0xFE, or          {@link EofPacket}, or
 *              {@link ErrPacket}                       {@link ErrPacket}
 * </pre>
 *
 * <p>Source: the manual's page on text result sets.
 */
public sealed interface QueryResponse {

    /** Returns the payloads of the answer, in the order in which a server sends them. */
    List<Bytes> payloads(Capabilities capabilities);

    /** Calls the method of {@code handler} for this answer. */
    <R> R accept(Handler<R> handler);

    /** Has one method per kind of answer. */
    interface Handler<R> {
        R onOk(OkPacket ok);

        R onErr(ErrPacket error);

        R onResultSet(ResultSet resultSet);
    }

    /** The statement succeeded and has no result set. */
    record Ok(OkPacket ok) implements QueryResponse {
        @Override
        public List<Bytes> payloads(Capabilities capabilities) {
            return List.of(payload(out -> OkPacket.CODEC.encode(ok, out)));
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onOk(ok);
        }
    }

    /** The statement failed. Rows that arrived before the error are discarded. */
    record Err(ErrPacket error) implements QueryResponse {
        @Override
        public List<Bytes> payloads(Capabilities capabilities) {
            return List.of(payload(out -> ErrPacket.CODEC.encode(error, out)));
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onErr(error);
        }
    }

    /** Columns and rows. Each row has a value for each column. */
    record ResultSet(List<ColumnDefinition41> columns, List<TextRow> rows) implements QueryResponse {

        private static final OkPacket END_OF_ROWS = new OkPacket(0, 0, ServerStatus.SERVER_STATUS_AUTOCOMMIT, 0);
        private static final EofPacket EOF = new EofPacket(0, ServerStatus.SERVER_STATUS_AUTOCOMMIT);

        public ResultSet {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
            int count = columns.size();
            if (count == 0 || rows.stream().anyMatch(row -> row.values().size() != count)) {
                throw new IllegalArgumentException("rows: a row does not have " + count + " values, or no columns");
            }
        }

        @Override
        public List<Bytes> payloads(Capabilities capabilities) {
            boolean deprecateEof = capabilities.has(Capability.CLIENT_DEPRECATE_EOF);
            List<Bytes> payloads = new ArrayList<>();
            payloads.add(payload(out -> FieldWriter.writeLenencInt(out, columns.size())));
            columns.forEach(column -> payloads.add(payload(out -> ColumnDefinition41.CODEC.encode(column, out))));
            if (!deprecateEof) {
                payloads.add(payload(out -> EofPacket.CODEC.encode(EOF, out)));
            }
            rows.forEach(row -> payloads.add(payload(row::encode)));
            payloads.add(
                    deprecateEof
                            ? payload(out -> OkPacket.END_OF_ROWS_CODEC.encode(END_OF_ROWS, out))
                            : payload(out -> EofPacket.CODEC.encode(EOF, out)));
            return payloads;
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onResultSet(this);
        }
    }

    private static Bytes payload(Consumer<ByteBuf> encode) {
        ByteBuf out = Unpooled.buffer();
        encode.accept(out);
        return Bytes.read(out, out.readableBytes());
    }
}

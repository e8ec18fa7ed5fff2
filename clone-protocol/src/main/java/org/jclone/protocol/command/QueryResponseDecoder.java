package org.jclone.protocol.command;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.packet.EofPacket;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.packet.ServerStatus;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Assembles the packets of one {@link QueryResponse}. Use one decoder per statement, on one thread.
 *
 * <pre>
 *  BEGINNING ──OK, ERR──────────────────────────────────────────────────────► OVER
 *      └──column count──► COLUMNS ──all──► [COLUMNS_END ──EOF──►] ROWS ──end──►
 * </pre>
 */
public final class QueryResponseDecoder {

    /** The maximum number of columns that a MySQL server allows in a result. */
    private static final int MAX_COLUMNS = 4096;

    /** The maximum memory of an answer, far more than any statement of a clone needs. */
    private static final int MAX_BYTES = 16 << 20;

    /** The memory that a value needs in addition to its bytes. */
    private static final int BYTES_PER_VALUE = 48;

    /** The first byte of a request for a file on the client. No statement of a clone causes one. */
    private static final int LOCAL_INFILE = 0xfb;

    /** Below this length 0xFE begins an EOF packet; from this length on it begins the length of a huge first value. */
    private static final int EOF_LIMIT = 9;

    private enum State {
        BEGINNING,
        COLUMNS,
        COLUMNS_END,
        ROWS,
        OVER
    }

    private final boolean deprecateEof;
    private final int maxRows;
    private final List<ColumnDefinition41> columns = new ArrayList<>();
    private final List<TextRow> rows = new ArrayList<>();

    private State state = State.BEGINNING;
    private long columnCount;
    private long bytes;

    /**
     * @param capabilities the negotiated capabilities
     * @param maxRows the maximum number of rows, since all are kept in memory; more rows are an error
     */
    public QueryResponseDecoder(Capabilities capabilities, int maxRows) {
        if (capabilities.has(Capability.CLIENT_OPTIONAL_RESULTSET_METADATA)) {
            throw new IllegalArgumentException("CLIENT_OPTIONAL_RESULTSET_METADATA is not supported");
        }
        this.deprecateEof = capabilities.has(Capability.CLIENT_DEPRECATE_EOF);
        this.maxRows = maxRows;
    }

    /**
     * Adds the next payload.
     *
     * @return the answer if this was its last packet
     */
    public Optional<QueryResponse> onPacket(ByteBuf payload) {
        if (state != State.OVER && ErrPacket.isErr(payload)) {
            state = State.OVER;
            return Optional.of(new QueryResponse.Err(ErrPacket.CODEC.decode(payload)));
        }
        return switch (state) {
            case BEGINNING -> onBeginning(payload);
            case COLUMNS -> onColumn(payload);
            case COLUMNS_END -> onColumnsEnd(payload);
            case ROWS -> isEndOfRows(payload) ? onEndOfRows(payload) : onRow(payload);
            case OVER -> throw UnexpectedPacketException.of("nothing after the answer to COM_QUERY", payload);
        };
    }

    private Optional<QueryResponse> onBeginning(ByteBuf payload) {
        int first =
                FieldReader.littleEndian(payload.duplicate(), "QueryResponse").u8("columnCount");
        if (first == OkPacket.HEADER) {
            OkPacket ok = OkPacket.CODEC.decode(payload);
            requireLast(ok.statusFlags());
            state = State.OVER;
            return Optional.of(new QueryResponse.Ok(ok));
        }
        if (first == LOCAL_INFILE) {
            throw new UnexpectedPacketException("the answer to COM_QUERY", "a request for a file of the client");
        }
        FieldReader fields = FieldReader.littleEndian(payload, "QueryResponse");
        columnCount = fields.lenencInt("columnCount");
        fields.end();
        if (columnCount < 1 || columnCount > MAX_COLUMNS) {
            throw new MalformedPacketException(
                    "QueryResponse", "columnCount", 0, columnCount + " (expected: 1 to " + MAX_COLUMNS + ')');
        }
        state = State.COLUMNS;
        return Optional.empty();
    }

    private Optional<QueryResponse> onColumn(ByteBuf payload) {
        keep(payload.readableBytes());
        columns.add(ColumnDefinition41.CODEC.decode(payload));
        if (columns.size() == columnCount) {
            state = deprecateEof ? State.ROWS : State.COLUMNS_END;
        }
        return Optional.empty();
    }

    private Optional<QueryResponse> onColumnsEnd(ByteBuf payload) {
        EofPacket.CODEC.decode(payload);
        state = State.ROWS;
        return Optional.empty();
    }

    private Optional<QueryResponse> onRow(ByteBuf payload) {
        if (rows.size() == maxRows) {
            throw new UnexpectedPacketException("at most " + maxRows + " rows", "a further row");
        }
        keep(payload.readableBytes() + BYTES_PER_VALUE * columnCount);
        rows.add(TextRow.decode(payload, columns.size()));
        return Optional.empty();
    }

    private void keep(long more) {
        bytes += more;
        if (bytes > MAX_BYTES) {
            throw new UnexpectedPacketException("an answer of at most " + MAX_BYTES + " bytes", "a longer one");
        }
    }

    private boolean isEndOfRows(ByteBuf payload) {
        return payload.isReadable()
                && payload.getUnsignedByte(payload.readerIndex()) == EofPacket.HEADER
                && payload.readableBytes() < (deprecateEof ? PacketHeader.MAX_PAYLOAD_LENGTH : EOF_LIMIT);
    }

    private Optional<QueryResponse> onEndOfRows(ByteBuf payload) {
        requireLast(
                deprecateEof
                        ? OkPacket.END_OF_ROWS_CODEC.decode(payload).statusFlags()
                        : EofPacket.CODEC.decode(payload).statusFlags());
        state = State.OVER;
        return Optional.of(new QueryResponse.ResultSet(columns, rows));
    }

    private static void requireLast(int statusFlags) {
        if ((statusFlags & ServerStatus.SERVER_MORE_RESULTS_EXISTS) != 0) {
            throw new UnexpectedPacketException("the only result of a statement", "a result that announces another");
        }
    }
}

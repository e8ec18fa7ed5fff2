package org.jclone.protocol.command;

import static org.jclone.protocol.wire.FieldWriter.writeLenencString;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.wire.FieldReader;

/**
 * One row of a result set in the text protocol. Values must be UTF-8: this class is for statements about the server,
 * not for data.
 *
 * <p>Direction: server to client. Byte order: little-endian.
 *
 * <pre>
 * size  type    field
 *    n  lenenc  value  or the one byte 0xFB for NULL; once per column
 * </pre>
 *
 * <p>Source: the manual's page on text result set rows.
 *
 * @param values empty for NULL
 */
public record TextRow(List<Optional<String>> values) {

    private static final int NULL = 0xfb;

    public TextRow {
        values = List.copyOf(values);
    }

    /** Appends the payload to {@code out}. */
    public void encode(ByteBuf out) {
        for (Optional<String> value : values) {
            value.ifPresentOrElse(text -> writeLenencString(out, text), () -> out.writeByte(NULL));
        }
    }

    /** Reads a row of {@code columnCount} values from {@code in}, which contains nothing else. */
    public static TextRow decode(ByteBuf in, int columnCount) {
        FieldReader fields = FieldReader.littleEndian(in, "TextRow");
        List<Optional<String>> values = new ArrayList<>();
        for (int i = 0; i < columnCount; i++) {
            values.add(value(in, fields));
        }
        fields.end();
        return new TextRow(values);
    }

    private static Optional<String> value(ByteBuf in, FieldReader fields) {
        if (in.isReadable() && in.getUnsignedByte(in.readerIndex()) == NULL) {
            fields.skip("value", 1);
            return Optional.empty();
        }
        return Optional.of(fields.lenencString("value"));
    }
}

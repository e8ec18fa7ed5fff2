package org.jclone.protocol.clone.response;

import static org.jclone.protocol.wire.FieldWriter.utf8Length;
import static org.jclone.protocol.wire.FieldWriter.writeUtf8;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * The common parts of this package's messages: the leading code, and strings. A string is a u32 length, little-endian,
 * and as many bytes of UTF-8 without terminator.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.2.
 */
final class ResponseFields {

    private ResponseFields() {}

    /** Checks the code and returns a reader positioned at the body. */
    static FieldReader open(ByteBuf in, String message, CloneResponseCode expected) {
        FieldReader fields = FieldReader.littleEndian(in, message);
        int code = fields.u8("code");
        if (code != expected.wireCode()) {
            throw new MalformedPacketException(message, "code", 0, code + " (expected: " + expected.wireCode() + ')');
        }
        return fields;
    }

    static String readString(FieldReader fields, String field) {
        return fields.utf8(field, fields.u32(field + "Length"));
    }

    static void writeString(ByteBuf out, String text) {
        out.writeIntLE(utf8Length(text));
        writeUtf8(out, text);
    }
}

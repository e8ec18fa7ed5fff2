package org.jclone.protocol.handshake;

import static org.jclone.protocol.wire.FieldWriter.utf8Length;
import static org.jclone.protocol.wire.FieldWriter.writeLenencInt;
import static org.jclone.protocol.wire.FieldWriter.writeLenencString;

import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jclone.protocol.wire.FieldReader;

/**
 * The attributes at the end of {@link HandshakeResponse41}. A server shows them in
 * {@code performance_schema.session_connect_attrs}.
 *
 * <pre>
 * size  type    field   meaning
 *  1-9  lenenc  length  bytes of all pairs
 *    n  lenenc  key     a length-encoded string; key and value repeat until length is used up
 *    n  lenenc  value
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.4.
 */
final class ConnectionAttributes {

    private static final String FIELD = "connectionAttributes";

    /** The maximum length that a server accepts. */
    private static final int MAX_LENGTH = 0xffff;

    private ConnectionAttributes() {}

    static void requireEncodable(Map<String, String> attributes) {
        int length = length(attributes);
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException(FIELD + ": " + length + " bytes (expected: <= " + MAX_LENGTH + ')');
        }
    }

    static void encode(Map<String, String> attributes, ByteBuf out) {
        writeLenencInt(out, length(attributes));
        attributes.forEach((key, value) -> {
            writeLenencString(out, key);
            writeLenencString(out, value);
        });
    }

    static Map<String, String> decode(FieldReader fields) {
        long length = fields.lenencInt(FIELD);
        if (length > Math.min(MAX_LENGTH, fields.remaining())) {
            throw fields.malformed(
                    FIELD,
                    "length " + length + " (expected: <= " + MAX_LENGTH + " and " + fields.remaining() + " left)");
        }
        long end = fields.offset() + length;
        Map<String, String> attributes = new LinkedHashMap<>();
        while (fields.offset() < end) {
            String key = fields.lenencString(FIELD);
            attributes.put(key, fields.lenencString(FIELD));
        }
        if (fields.offset() != end) {
            throw fields.malformed(FIELD, "last pair exceeds the length by " + (fields.offset() - end) + " bytes");
        }
        return attributes;
    }

    private static int length(Map<String, String> attributes) {
        return attributes.entrySet().stream()
                .mapToInt(pair -> lenencLength(pair.getKey()) + lenencLength(pair.getValue()))
                .sum();
    }

    private static int lenencLength(String text) {
        int length = utf8Length(text);
        if (length < 251) {
            return 1 + length;
        }
        return (length < 1 << 16 ? 3 : 4) + length;
    }
}

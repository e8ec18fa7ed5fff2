package org.jclone.protocol.clone.command;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;

/** Checks the code of a command and returns a reader positioned at the body. */
final class CommandReader {

    private CommandReader() {}

    static FieldReader open(ByteBuf in, String message, CloneCommandCode expected) {
        FieldReader fields = FieldReader.littleEndian(in, message);
        int code = fields.u8("code");
        if (code != expected.wireCode()) {
            throw new MalformedPacketException(message, "code", 0, code + " (expected: " + expected.wireCode() + ')');
        }
        return fields;
    }
}

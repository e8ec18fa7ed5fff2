package org.jclone.protocol.innodb.descriptor;

import java.util.Optional;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * The phases of a clone. A remote donor passes through all states from {@link #INIT} to {@link #DONE} in this order.
 * It skips none, even if a state transfers nothing.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 0.
 */
public enum SnapshotState {
    /** Only in the version locator. */
    NONE(0),
    /** Before the first transfer. */
    INIT(1),
    /** Files copied from the donor's disk. */
    FILE_COPY(2),
    /** Pages modified during FILE_COPY, from the donor's buffer pool. */
    PAGE_COPY(3),
    /** The archived redo log. */
    REDO_COPY(4),
    /** The transfer is complete. */
    DONE(5);

    private static final SnapshotState[] BY_WIRE_CODE = values();

    private final int wireCode;

    SnapshotState(int wireCode) {
        this.wireCode = wireCode;
    }

    public int wireCode() {
        return wireCode;
    }

    public static Optional<SnapshotState> byWireCode(long wireCode) {
        return wireCode >= 0 && wireCode < BY_WIRE_CODE.length
                ? Optional.of(BY_WIRE_CODE[(int) wireCode])
                : Optional.empty();
    }

    /** Reads the four-byte state field of {@code message}. */
    static SnapshotState readU32(FieldReader fields, String message) {
        int offset = fields.offset();
        return checked(fields.u32("state"), message, offset);
    }

    /** Reads the one-byte state field of {@code message}. */
    static SnapshotState readU8(FieldReader fields, String message) {
        int offset = fields.offset();
        return checked(fields.u8("state"), message, offset);
    }

    private static SnapshotState checked(long code, String message, int offset) {
        if (code >= BY_WIRE_CODE.length) {
            throw new MalformedPacketException(message, "state", offset, code + " (expected: 0 to 5)");
        }
        return BY_WIRE_CODE[(int) code];
    }
}

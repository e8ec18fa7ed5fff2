package org.jclone.protocol.innodb.descriptor;

import java.util.Optional;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * What a clone is busy with. A remote donor goes through all states from {@link #INIT} to {@link #DONE} in this
 * order and leaves none out, also when a state has nothing to transfer.
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
    /** Pages modified meanwhile, from the donor's buffer pool. */
    PAGE_COPY(3),
    /** The archived redo log. */
    REDO_COPY(4),
    /** Nothing more comes. */
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

package org.jclone.protocol.recording;

import java.util.Optional;
import org.jclone.protocol.wire.Bytes;

/**
 * An event that a recording proxy saw on one connection.
 *
 * @param timeMicros since the start of the recording
 * @param connection from 1, in the order in which connections were opened
 * @param data the bytes of one read, or the error text of a broken connection; packets may span records
 */
public record TeeRecord(long timeMicros, int connection, Kind kind, Bytes data) {

    /** The kind of event. */
    public enum Kind {
        FROM_RECIPIENT('>'),
        FROM_DONOR('<'),
        OPENED('o'),
        RECIPIENT_FINISHED('f'),
        /** With data if the connection broke. */
        DONOR_FINISHED('F'),
        CLOSED('c');

        private final char wireCode;

        Kind(char wireCode) {
            this.wireCode = wireCode;
        }

        public char wireCode() {
            return wireCode;
        }

        public static Optional<Kind> byWireCode(int wireCode) {
            for (Kind kind : values()) {
                if (kind.wireCode == wireCode) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }
}

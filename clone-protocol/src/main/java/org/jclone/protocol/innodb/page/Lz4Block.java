package org.jclone.protocol.innodb.page;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Decodes the LZ4 block format: sequences of a token, literals, and a match in the output so far.
 *
 * <pre>
 * token       u8      high half: literal count; low half: match length less 4; 15 in either = more bytes follow
 * count       u8 ...  added to the literal count, up to and including the first byte below 255
 * literals    bytes
 * offset      u16 LE  distance back to the match, at least 1; absent in the last sequence
 * length      u8 ...  added to the match length, up to and including the first byte below 255
 * </pre>
 *
 * <p>Source: the description of the LZ4 block format by its author, lz4_Block_format.md.
 */
final class Lz4Block {

    private static final int MIN_MATCH = 4;
    private static final int EXTENDED = 15;

    private Lz4Block() {}

    /** Fills {@code to} from {@code from}. Returns false if the input is invalid or does not fill it exactly. */
    static boolean decompress(ByteBuffer from, ByteBuffer to) {
        try {
            while (from.hasRemaining()) {
                int token = from.get() & 0xff;
                int literals = length(token >> 4, from);
                to.put(to.position(), from, from.position(), literals);
                from.position(from.position() + literals);
                to.position(to.position() + literals);
                if (from.hasRemaining() && !copyMatch(token, from, to)) {
                    return false;
                }
            }
            return !to.hasRemaining();
        } catch (BufferUnderflowException | BufferOverflowException | IndexOutOfBoundsException e) {
            return false;
        }
    }

    private static boolean copyMatch(int token, ByteBuffer from, ByteBuffer to) {
        int offset = from.get() & 0xff | (from.get() & 0xff) << 8;
        int length = length(token & EXTENDED, from) + MIN_MATCH;
        int source = to.position() - offset;
        if (offset == 0 || source < 0 || length > to.remaining()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            to.put(to.get(source + i));
        }
        return true;
    }

    private static int length(int nibble, ByteBuffer from) {
        int length = nibble;
        if (nibble == EXTENDED) {
            int more;
            do {
                more = from.get() & 0xff;
                length += more;
            } while (more == 255);
        }
        return length;
    }
}

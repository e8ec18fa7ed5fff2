package org.jclone.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The body of the request that arrives. It takes the memory of what has arrived, not of what is announced, and has a
 * limit.
 */
final class RequestBody {

    private final int maxBytes;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    RequestBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Adds a copy of a part.
     *
     * @throws ProblemException with 413 if the body is longer than the limit
     */
    void add(ByteBuf part) throws ProblemException {
        int length = part.readableBytes();
        if (length == 0) {
            return;
        }
        if (bytes.readableBytes() + length > maxBytes) {
            throw RequestHead.tooLarge(maxBytes);
        }
        if (!bytes.isWritable(length)) {
            ByteBuf larger = Unpooled.buffer(Math.min(maxBytes, 2 * (bytes.readableBytes() + length)));
            larger.writeBytes(bytes);
            bytes = larger;
        }
        bytes.writeBytes(part);
    }

    /**
     * Returns the whole body, and begins an empty one.
     *
     * @throws ProblemException with 400 if it is not UTF-8
     */
    String take() throws ProblemException {
        ByteBuf whole = bytes;
        clear();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(whole.nioBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw Problem.Kind.MALFORMED.exception("the body is not UTF-8");
        }
    }

    /** Discards what has arrived. */
    void clear() {
        bytes = Unpooled.EMPTY_BUFFER;
    }
}

package org.jclone.protocol.clone.command;

import static org.jclone.protocol.wire.FieldWriter.requireU8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * A locator with its storage engine. Entries follow each other; the position of an entry is the locator index of a
 * clone.
 *
 * <p>Byte order: little-endian; the locator inside has its own byte order.
 *
 * <pre>
 * offset  size  type   field          meaning
 *      0     1  u8     storageEngine  MySQL's number of the engine; only {@link #INNODB} supports clone
 *      1     4  u32    length         n
 *      5     n  bytes  locator        for InnoDB a {@link Locator}, possibly followed by padding
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 3.2 and 10.
 *
 * @param locator the bytes on the wire, so that padding is preserved
 */
public record LocatorEntry(int storageEngine, Bytes locator) {

    /** The number of the storage engine InnoDB. */
    public static final int INNODB = 12;

    /** The maximum number of entries in a message: the locator index is one byte. */
    public static final int MAX_ENTRIES = 256;

    public LocatorEntry {
        requireU8("storageEngine", storageEngine);
        Objects.requireNonNull(locator, "locator");
    }

    public static LocatorEntry innodb(Locator locator) {
        ByteBuf out = Unpooled.buffer(Locator.BASE_LENGTH);
        locator.encode(out);
        return new LocatorEntry(INNODB, Bytes.read(out, out.readableBytes()));
    }

    /**
     * Decodes the locator of an InnoDB entry.
     *
     * @throws MalformedPacketException if the entry is for another engine or its bytes are not a locator
     */
    public Locator innodbLocator() {
        if (storageEngine != INNODB) {
            throw new MalformedPacketException(
                    "LocatorEntry", "storageEngine", 0, storageEngine + " (expected: " + INNODB + ", InnoDB)");
        }
        return Locator.CODEC.decode(Unpooled.wrappedBuffer(locator.toByteArray()));
    }

    public void writeTo(ByteBuf out) {
        out.writeByte(storageEngine);
        out.writeIntLE(locator.length());
        locator.writeTo(out);
    }

    /** Reads one entry with a little-endian reader. */
    public static LocatorEntry read(FieldReader fields) {
        int storageEngine = fields.u8("storageEngine");
        return new LocatorEntry(storageEngine, fields.bytes("locator", fields.u32("locatorLength")));
    }

    /** Reads entries up to the end of the message. */
    public static List<LocatorEntry> readAll(FieldReader fields) {
        List<LocatorEntry> entries = new ArrayList<>(1);
        while (fields.remaining() > 0) {
            if (entries.size() == MAX_ENTRIES) {
                throw fields.malformed("locators", "more than " + MAX_ENTRIES + " entries");
            }
            entries.add(read(fields));
        }
        return entries;
    }

    /** Returns an immutable copy of {@code entries}, for constructors of messages. */
    public static List<LocatorEntry> copyOf(List<LocatorEntry> entries) {
        if (entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException("locators: " + entries.size() + " (expected: <= " + MAX_ENTRIES + ')');
        }
        return List.copyOf(entries);
    }
}

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
 * A locator with the storage engine that it is for. Entries stand one behind the other; their position is the locator
 * index of a clone.
 *
 * <p>Byte order: little-endian; the locator inside has an order of its own.
 *
 * <pre>
 * offset  size  type   field          meaning
 *      0     1  u8     storageEngine  MySQL's number of the engine, {@link #INNODB} is the only one that clones
 *      1     4  u32    length         n
 *      5     n  bytes  locator        for InnoDB a {@link Locator}, maybe with padding behind it
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 3.2 and 10.
 *
 * @param locator as it is on the wire, so that padding survives
 */
public record LocatorEntry(int storageEngine, Bytes locator) {

    /** Number of the storage engine InnoDB. */
    public static final int INNODB = 12;

    /** Most entries of a message: the locator index is one byte. */
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
     * Reads the locator of an InnoDB entry.
     *
     * @throws MalformedPacketException if the entry is for another engine or its bytes are no locator
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

    /** An immutable copy of {@code entries}, for constructors of messages. */
    public static List<LocatorEntry> copyOf(List<LocatorEntry> entries) {
        if (entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException("locators: " + entries.size() + " (expected: <= " + MAX_ENTRIES + ')');
        }
        return List.copyOf(entries);
    }
}

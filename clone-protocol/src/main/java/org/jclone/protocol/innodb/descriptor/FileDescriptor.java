package org.jclone.protocol.innodb.descriptor;

import static org.jclone.protocol.wire.FieldWriter.requireNoNul;
import static org.jclone.protocol.wire.FieldWriter.requireU16;
import static org.jclone.protocol.wire.FieldWriter.requireU32;
import static org.jclone.protocol.wire.FieldWriter.requireU63;
import static org.jclone.protocol.wire.FieldWriter.utf8Length;
import static org.jclone.protocol.wire.FieldWriter.writeNulString;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.Optional;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Announces a file of the donor, or a change that DDL made to a file announced before.
 *
 * <p>Direction: donor to recipient. Byte order: big-endian.
 *
 * <pre>
 * offset  size  type  field          meaning
 *      0    12  header               {@link DescriptorHeader}, type 4, length 62 + n (+ 64)
 *     12     4  u32   state          the state to which the announcement belongs; the <em>next</em> one for DDL
 *     16     8  u64   fileSize       in bytes
 *     24     8  u64   allocatedSize  bytes on the donor's disk; 0 for redo
 *     32     4  u32   fspFlags       of the tablespace, from the donor's memory; {@link #NO_FSP_FLAGS} if none
 *     36     4  u32   fsBlockSize    of the donor's file system; 0 for redo and ib_buffer_pool
 *     40     2  u16   flags          see the {@code FLAG_} constants
 *     42     4  u32   spaceId        tablespace id
 *     46     4  u32   fileIndex      from 0; data files and redo files are numbered separately
 *     50     4  u32   firstChunk     of the file
 *     54     4  u32   lastChunk      of the file; less than firstChunk for an empty file
 *     58     4  u32   nameLength     n, including the NUL; 0 = no name
 *     62     n  bytes name           UTF-8, NUL-terminated
 *   62+n    32  bytes key            only with {@link #FLAG_HAS_KEY}
 *   94+n    32  bytes iv             only with {@link #FLAG_HAS_KEY}
 * </pre>
 *
 * <p>The name comes from the donor. Do not use it as a path without checking it.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 1.5, 4.1 and 4.5.
 *
 * @param name without the NUL; empty for redo files
 */
public record FileDescriptor(
        long version,
        SnapshotState state,
        long fileSize,
        long allocatedSize,
        long fspFlags,
        long fsBlockSize,
        int flags,
        long spaceId,
        long fileIndex,
        long firstChunk,
        long lastChunk,
        String name,
        Optional<TablespaceKey> key)
        implements CloneDescriptor {

    public static final MessageCodec<FileDescriptor> CODEC = new Codec();

    /** The length without name and key. */
    public static final int BASE_LENGTH = 62;

    /**
     * The maximum length of the name in bytes, including the NUL: the maximum path length on Linux. MySQL allows 4000.
     */
    public static final int MAX_NAME_LENGTH = 4096;

    /** The {@link #fspFlags()} of a file that is not a tablespace. */
    public static final long NO_FSP_FLAGS = 0xffff_ffffL;

    public static final int FLAG_ZLIB = 0x01;
    public static final int FLAG_LZ4 = 0x02;
    public static final int FLAG_ENCRYPTED = 0x04;
    public static final int FLAG_RENAMED = 0x08;
    public static final int FLAG_DELETED = 0x10;
    public static final int FLAG_HAS_KEY = 0x20;

    public FileDescriptor {
        requireU32("version", version);
        Objects.requireNonNull(state, "state");
        requireU63("fileSize", fileSize);
        requireU63("allocatedSize", allocatedSize);
        requireU32("fspFlags", fspFlags);
        requireU32("fsBlockSize", fsBlockSize);
        requireU16("flags", flags);
        requireU32("spaceId", spaceId);
        requireU32("fileIndex", fileIndex);
        requireU32("firstChunk", firstChunk);
        requireU32("lastChunk", lastChunk);
        requireNoNul("name", name);
        if (utf8Length(name) >= MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "name length: " + utf8Length(name) + " (expected: < " + MAX_NAME_LENGTH + ')');
        }
        if (key.isPresent() != ((flags & FLAG_HAS_KEY) != 0)) {
            throw new IllegalArgumentException("key present: " + key.isPresent() + " (expected: to match the flag)");
        }
    }

    /** Returns the descriptor with another name. */
    public FileDescriptor withName(String other) {
        return with(other, flags, key);
    }

    /** Returns whether InnoDB's page compression compresses the pages with zlib. */
    public boolean isZlibCompressed() {
        return (flags & FLAG_ZLIB) != 0;
    }

    /** Returns whether InnoDB's page compression compresses the pages with LZ4. */
    public boolean isLz4Compressed() {
        return (flags & FLAG_LZ4) != 0;
    }

    public boolean isPageCompressed() {
        return isZlibCompressed() || isLz4Compressed();
    }

    public boolean isEncrypted() {
        return (flags & FLAG_ENCRYPTED) != 0;
    }

    public boolean isRenamed() {
        return (flags & FLAG_RENAMED) != 0;
    }

    public boolean isDeleted() {
        return (flags & FLAG_DELETED) != 0;
    }

    public boolean hasKey() {
        return (flags & FLAG_HAS_KEY) != 0;
    }

    /** Returns the descriptor without the key, for storage. */
    public FileDescriptor withoutKey() {
        return with(name, flags & ~FLAG_HAS_KEY, Optional.empty());
    }

    private FileDescriptor with(String otherName, int otherFlags, Optional<TablespaceKey> otherKey) {
        return new FileDescriptor(
                version,
                state,
                fileSize,
                allocatedSize,
                fspFlags,
                fsBlockSize,
                otherFlags,
                spaceId,
                fileIndex,
                firstChunk,
                lastChunk,
                otherName,
                otherKey);
    }

    @Override
    public DescriptorType type() {
        return DescriptorType.FILE;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onFile(this);
    }

    private static final class Codec implements MessageCodec<FileDescriptor> {

        private static final String NAME = "FileDescriptor";
        private static final int NAME_LENGTH_OFFSET = 58;

        @Override
        public void encode(FileDescriptor message, ByteBuf out) {
            int nameLength = message.name().isEmpty() ? 0 : utf8Length(message.name()) + 1;
            int keyLength = message.hasKey() ? TablespaceKey.LENGTH : 0;
            int length = BASE_LENGTH + nameLength + keyLength;
            new DescriptorHeader(message.version(), length, DescriptorType.FILE).writeTo(out);
            out.writeInt(message.state().wireCode());
            out.writeLong(message.fileSize());
            out.writeLong(message.allocatedSize());
            out.writeInt((int) message.fspFlags());
            out.writeInt((int) message.fsBlockSize());
            out.writeShort(message.flags());
            out.writeInt((int) message.spaceId());
            out.writeInt((int) message.fileIndex());
            out.writeInt((int) message.firstChunk());
            out.writeInt((int) message.lastChunk());
            out.writeInt(nameLength);
            if (nameLength > 0) {
                writeNulString(out, message.name());
            }
            message.key().ifPresent(key -> key.writeTo(out));
        }

        @Override
        public FileDescriptor decode(ByteBuf in) {
            FieldReader fields = FieldReader.bigEndian(in, NAME);
            DescriptorHeader header = DescriptorHeader.read(fields, NAME, DescriptorType.FILE, BASE_LENGTH);
            SnapshotState state = SnapshotState.readU32(fields, NAME);
            long fileSize = fields.u63("fileSize");
            long allocatedSize = fields.u63("allocatedSize");
            long fspFlags = fields.u32("fspFlags");
            long fsBlockSize = fields.u32("fsBlockSize");
            int flags = fields.u16("flags");
            long spaceId = fields.u32("spaceId");
            long fileIndex = fields.u32("fileIndex");
            long firstChunk = fields.u32("firstChunk");
            long lastChunk = fields.u32("lastChunk");
            String name = readName(fields);
            Optional<TablespaceKey> key =
                    (flags & FLAG_HAS_KEY) != 0 ? Optional.of(readKey(in, fields)) : Optional.empty();
            fields.skip("extension", fields.remaining());
            return new FileDescriptor(
                    header.version(),
                    state,
                    fileSize,
                    allocatedSize,
                    fspFlags,
                    fsBlockSize,
                    flags,
                    spaceId,
                    fileIndex,
                    firstChunk,
                    lastChunk,
                    name,
                    key);
        }

        private static String readName(FieldReader fields) {
            long nameLength = fields.u32("nameLength");
            if (nameLength == 0) {
                return "";
            }
            if (nameLength == 1 || nameLength > MAX_NAME_LENGTH) {
                throw new MalformedPacketException(
                        NAME,
                        "nameLength",
                        NAME_LENGTH_OFFSET,
                        nameLength + " (expected: 0, or 2 to " + MAX_NAME_LENGTH + ')');
            }
            int nameOffset = fields.offset();
            String name = fields.utf8("name", nameLength);
            if (name.indexOf('\0') != name.length() - 1) {
                throw new MalformedPacketException(NAME, "name", nameOffset, "no NUL at its end, or one before");
            }
            return name.substring(0, name.length() - 1);
        }

        private static TablespaceKey readKey(ByteBuf in, FieldReader fields) {
            ByteBuf rest = in.slice();
            fields.skip("key", TablespaceKey.KEY_LENGTH);
            fields.skip("iv", TablespaceKey.IV_LENGTH);
            return TablespaceKey.read(rest);
        }
    }
}

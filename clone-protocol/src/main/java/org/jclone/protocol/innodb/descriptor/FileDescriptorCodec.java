package org.jclone.protocol.innodb.descriptor;

import static org.jclone.protocol.wire.FieldWriter.utf8Length;
import static org.jclone.protocol.wire.FieldWriter.writeNulString;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/** The layout of {@link FileDescriptor}, apart from it because of its length. */
final class FileDescriptorCodec implements MessageCodec<FileDescriptor> {

    private static final String NAME = "FileDescriptor";
    private static final int NAME_LENGTH_OFFSET = 58;

    @Override
    public void encode(FileDescriptor message, ByteBuf out) {
        int nameLength = message.name().isEmpty() ? 0 : utf8Length(message.name()) + 1;
        int keyLength = message.hasKey() ? TablespaceKey.LENGTH : 0;
        int length = FileDescriptor.BASE_LENGTH + nameLength + keyLength;
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
        DescriptorHeader header = DescriptorHeader.read(fields, NAME, DescriptorType.FILE, FileDescriptor.BASE_LENGTH);
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
                (flags & FileDescriptor.FLAG_HAS_KEY) != 0 ? Optional.of(readKey(in, fields)) : Optional.empty();
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
        if (nameLength == 1 || nameLength > FileDescriptor.MAX_NAME_LENGTH) {
            throw new MalformedPacketException(
                    NAME,
                    "nameLength",
                    NAME_LENGTH_OFFSET,
                    nameLength + " (expected: 0, or 2 to " + FileDescriptor.MAX_NAME_LENGTH + ')');
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

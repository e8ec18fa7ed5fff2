package org.jclone.recipient.apply;

import java.nio.ByteBuffer;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock.Form;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.encryption.TargetKeys;

/**
 * The blocks that may hold a key in plain text: page 0 of a tablespace in PAGE COPY, and the header of a redo file.
 * What is plain in them is wrapped with the target's master key before the block is written, whatever the file's flags
 * say.
 *
 * <p>Page 0 in FILE COPY holds the key wrapped with the donor's master key, and is written as it comes: PAGE COPY
 * replaces it. Source: docs/protocol/02-innodb-clone-stream.md, sections 9.3 and 9.4.
 */
public final class KeyBlocks {

    private final TargetKeys keys;
    private final int pageSize;

    /** @param pageSize the donor's {@code innodb_page_size} */
    public KeyBlocks(TargetKeys keys, int pageSize) {
        this.keys = keys;
        this.pageSize = pageSize;
    }

    /** Bytes at the beginning of the block that {@link #wrap} needs in one piece; 0 if it holds no key. */
    int headLength(TargetFile file, DataDescriptor block) {
        if (block.fileOffset() != 0) {
            return 0;
        }
        int length = keyLength(file, block.state());
        if (length == 0 || block.dataLength() >= length) {
            return length;
        }
        if (file.descriptor().isEncrypted()) {
            throw new MalformedPacketException(
                    "DataDescriptor",
                    "dataLength",
                    32,
                    block.dataLength() + " at the beginning of an encrypted file (expected: >= " + length + ')');
        }
        return 0;
    }

    private int keyLength(TargetFile file, SnapshotState state) {
        return switch (state) {
            case PAGE_COPY -> flags(file).isValid() ? flags(file).physicalPageSize(pageSize) : 0;
            case REDO_COPY -> RedoHeader.LENGTH;
            case NONE, INIT, FILE_COPY, DONE -> 0;
        };
    }

    /**
     * Wraps what is plain in {@code head} in place.
     *
     * @throws CloneException if there is a key in a file that was not announced as encrypted, and no way to wrap it
     */
    void wrap(TargetFile file, SnapshotState state, ByteBuffer head) throws CloneException {
        boolean redo = state == SnapshotState.REDO_COPY;
        Form form = redo
                ? EncryptionInfoBlock.formInRedoHeader(head)
                : EncryptionInfoBlock.formInFirstPage(head, flags(file), pageSize);
        // Of the first redo file only the specification says so, though a 9.7 donor sends a plain key in each.
        boolean keyExpected =
                file.descriptor().isEncrypted() && (!redo || file.descriptor().fileIndex() == 0);
        if (form == Form.PLAIN) {
            keys.require(file.displayName());
            if (redo) {
                keys.wrapInRedoHeader(head);
            } else {
                keys.wrapInFirstPage(head, flags(file), pageSize);
            }
        } else if (form != Form.NONE && keyExpected) {
            throw new MalformedPacketException(
                    "EncryptionInfo", "key", 0, "of " + file.displayName() + " is " + form + " (expected: PLAIN)");
        }
    }

    private static FspFlags flags(TargetFile file) {
        return new FspFlags(file.descriptor().fspFlags());
    }
}

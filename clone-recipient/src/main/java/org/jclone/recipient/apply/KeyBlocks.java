package org.jclone.recipient.apply;

import java.nio.ByteBuffer;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock.Form;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageSizes;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.encryption.TargetKeys;
import org.jclone.recipient.explain.Failure;

/**
 * Handles the blocks that may hold a key in plain text: page 0 of a tablespace in PAGE COPY, and the header of a redo
 * file. A plain key is wrapped with the target's master key before the block is written, regardless of the file's flags.
 *
 * <p>Page 0 in FILE COPY holds the key wrapped with the donor's master key and is written unchanged, because PAGE COPY
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

    /** Returns the number of bytes at the start of the block that {@link #wrap} needs in one piece; 0 if it holds no key. */
    int headLength(TargetFile file, DataDescriptor block) {
        if (block.fileOffset() != 0) {
            return 0;
        }
        return switch (block.state()) {
            case PAGE_COPY -> file.isTablespace() ? required(file, block, pageLength(file, block)) : 0;
            case REDO_COPY -> required(file, block, RedoHeader.LENGTH);
            case NONE, INIT, FILE_COPY, DONE -> 0;
        };
    }

    /** With unknown flags the page length is unknown, so the whole block is searched. */
    private int pageLength(TargetFile file, DataDescriptor block) {
        return flags(file).isValid()
                ? flags(file).physicalPageSize(pageSize)
                : (int) Math.min(block.dataLength(), PageSizes.MAX);
    }

    private static int required(TargetFile file, DataDescriptor block, int length) {
        boolean unknown =
                block.state() == SnapshotState.PAGE_COPY && !flags(file).isValid();
        if (block.dataLength() < length || unknown && block.dataLength() > length) {
            throw new MalformedPacketException(
                    "DataDescriptor",
                    "dataLength",
                    32,
                    block.dataLength() + " at the beginning of " + file.displayName() + " (expected: "
                            + (unknown ? "<= " : ">= ") + length + ')');
        }
        return length;
    }

    /**
     * Wraps a plain key in {@code head} in place.
     *
     * @throws CloneException if a file that was not announced as encrypted has a key and there is no master key to wrap it with, or if a tablespace with unknown flags has a key
     */
    void wrap(TargetFile file, SnapshotState state, ByteBuffer head) throws CloneException {
        boolean redo = state == SnapshotState.REDO_COPY;
        if (!redo && !flags(file).isValid()) {
            requireNoPlainKey(file, head);
            return;
        }
        Form form = redo
                ? EncryptionInfoBlock.formInRedoHeader(head)
                : EncryptionInfoBlock.formInFirstPage(head, flags(file), pageSize);
        // A 9.7 donor sends a plain key in each redo file; only the first one must have a key.
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

    /** Refuses a key in a page with unknown flags. The flags determine the position of the key, so it may be anywhere. */
    private static void requireNoPlainKey(TargetFile file, ByteBuffer page) throws CloneException {
        if (file.descriptor().isEncrypted() || EncryptionInfoBlock.holdsPlainKey(page)) {
            throw Failure.Incompatible.FLAGS.exception(
                    "the donor's " + file.displayName() + " is encrypted, and its FSP flags " + flags(file)
                            + " are not known here: its key could not be wrapped");
        }
    }

    private static FspFlags flags(TargetFile file) {
        return new FspFlags(file.descriptor().fspFlags());
    }
}

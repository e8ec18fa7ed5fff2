package org.jclone.recipient.apply;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.TablespaceFirstPage;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.encryption.TargetKeys;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.OpenFile;
import org.jclone.recipient.storage.OpenFiles;

/**
 * Writes the parts of a tablespace created during the clone that the donor does not send: page 0 and the initial size. The rest comes from the redo log.
 */
final class InitialPages {

    private final OpenFiles openFiles;
    private final TargetKeys keys;
    private final int pageSize;
    private final int serverVersionNumber;

    /**
     * @param pageSize the donor's {@code innodb_page_size}
     * @param serverVersionNumber the donor's version as InnoDB writes it into page 0, such as 90704
     */
    InitialPages(OpenFiles openFiles, TargetKeys keys, int pageSize, int serverVersionNumber) {
        this.openFiles = openFiles;
        this.keys = keys;
        this.pageSize = pageSize;
        this.serverVersionNumber = serverVersionNumber;
    }

    /** Returns the encryption information for the file's page 0; empty if the donor sent no key. */
    Bytes wrappedKey(FileDescriptor file) {
        return file.key().map(keys::wrap).orElse(Bytes.EMPTY);
    }

    /** Writes and flushes the pages, because the donor never sends them again. */
    void write(FileDescriptor file, Bytes wrappedKey, Path path) throws CloneException {
        FspFlags flags = new FspFlags(file.fspFlags());
        ByteBuffer firstPage = TablespaceFirstPage.create(
                file.spaceId(),
                flags,
                pageSize,
                serverVersionNumber,
                Optional.of(wrappedKey).filter(key -> !key.equals(Bytes.EMPTY)));
        long size = TablespaceFirstPage.initialFileSize(file.spaceId(), flags, pageSize);
        OpenFile open = openFiles.acquire(path);
        try {
            open.write(firstPage, 0);
            open.write(ByteBuffer.allocate(1), size - 1);
        } finally {
            openFiles.release(open);
        }
        Durable.flushFile(path);
    }
}

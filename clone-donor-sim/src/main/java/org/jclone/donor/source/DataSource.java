package org.jclone.donor.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * The data of a donor, shared by its clones. It does not change from one clone to the next. Thread-safe.
 */
public interface DataSource extends AutoCloseable {

    /** {@return {@code innodb_page_size}} */
    int pageSize();

    /** {@return the data files that FILE COPY sends, in the order of their index} */
    List<SourceFile> files();

    /** {@return the pages that PAGE COPY sends, in order} */
    List<Block> modifiedPages();

    /** {@return what REDO COPY sends} */
    RedoLog redo();

    /**
     * {@return the redo size that counts in the estimate of disk space} A MySQL server counts all files of its log,
     * including those it does not send.
     */
    default long redoDiskBytes() {
        return redo().statedFiles() * redo().fileSize();
    }

    /** {@return the directory of the data, with a trailing slash; empty if there is none} */
    default Optional<String> directory() {
        return Optional.empty();
    }

    /** {@return the DDL that happens during a clone, in order} */
    List<DdlEvent> ddl();

    /** {@return whether the data contains encryption keys, which are sent over TLS only} */
    default boolean hasKeys() {
        return false;
    }

    /**
     * Fills {@code into} from its position to its limit.
     *
     * @param state FILE_COPY, PAGE_COPY or REDO_COPY; decides which files the block's index counts
     * @param block a block of this source, or of a plan made from it
     */
    void read(SnapshotState state, Block block, ByteBuffer into) throws IOException;

    /**
     * Checks that the data has not changed since this source described it.
     *
     * @throws IOException if the data has changed, which makes all clones begun earlier invalid
     */
    default void requireUnchanged() throws IOException {}

    @Override
    default void close() {}
}

package org.jclone.donor.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * The data of a donor, as it stands while clones run. Nothing here changes from one clone to the next, and all of it
 * may be read by several threads at once.
 */
public interface DataSource extends AutoCloseable {

    /** {@code innodb_page_size}. */
    int pageSize();

    /** The data files that FILE COPY sends, in the order of their index. */
    List<SourceFile> files();

    /** The pages that PAGE COPY sends, in order. */
    List<Block> modifiedPages();

    /** What REDO COPY sends. */
    RedoLog redo();

    /**
     * What the estimate of disk space counts for redo. A MySQL server counts all files of its log, whatever it sends.
     */
    default long redoDiskBytes() {
        return redo().statedFiles() * redo().fileSize();
    }

    /** The directory in which the data are, with a slash at its end; empty if there is none. */
    default Optional<String> directory() {
        return Optional.empty();
    }

    /** What DDL does while a clone runs, in the order in which it happens. */
    List<DdlEvent> ddl();

    /** Whether keys are among the data, which then go over TLS only. */
    default boolean hasKeys() {
        return false;
    }

    /**
     * Fills {@code into} from its position to its limit.
     *
     * @param state FILE_COPY, PAGE_COPY or REDO_COPY, which decides what the index of the block counts
     * @param block as this source or a plan made of it names it
     */
    void read(SnapshotState state, Block block, ByteBuffer into) throws IOException;

    /**
     * Makes sure that the data are still those that this source has told of.
     *
     * @throws IOException if they have changed, so that no clone that was begun before is whole
     */
    default void requireUnchanged() throws IOException {}

    @Override
    default void close() {}
}

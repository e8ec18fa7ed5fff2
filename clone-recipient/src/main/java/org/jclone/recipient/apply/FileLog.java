package org.jclone.recipient.apply;

import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.StorageException;

/** Hears what becomes of files before it happens, so that after a crash it can be told what did happen. */
public interface FileLog {

    /** Hears nothing. */
    FileLog NONE = (entry, urgent) -> {};

    /**
     * A file as it is about to be.
     *
     * @param redo whether the index counts redo files
     * @param dropped what comes for it is thrown away
     * @param deleted it is removed from disk, or was never there
     * @param moving it lies under a temporary name until the summary of DDL is complete
     * @param oldName the donor's name of it before the summary, empty if it is new
     * @param wrappedKey encryption information for the page 0 that is made here, with the key wrapped; mostly empty
     */
    record Entry(
            boolean redo,
            long index,
            FileDescriptor descriptor,
            boolean dropped,
            boolean deleted,
            boolean moving,
            String oldName,
            Bytes wrappedKey) {

        /** What the entry says of a file of which nothing happens to the page 0. */
        public Entry(
                boolean redo,
                long index,
                FileDescriptor descriptor,
                boolean dropped,
                boolean deleted,
                boolean moving,
                String oldName) {
            this(redo, index, descriptor, dropped, deleted, moving, oldName, Bytes.EMPTY);
        }

        static Entry ofData(FileDescriptor file, boolean dropped, boolean deleted, boolean moving, String oldName) {
            return new Entry(false, file.fileIndex(), file, dropped, deleted, moving, oldName);
        }
    }

    /** @param urgent whether the entry must be on disk when the call returns */
    void note(Entry entry, boolean urgent) throws StorageException;
}

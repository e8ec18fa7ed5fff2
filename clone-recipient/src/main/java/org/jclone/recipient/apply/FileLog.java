package org.jclone.recipient.apply;

import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.StorageException;

/** Records each change to a file before it happens, so that the state of the files can be determined after a crash. */
public interface FileLog {

    /** Records nothing. */
    FileLog NONE = (entry, urgent) -> {};

    /**
     * The state that a file is about to get.
     *
     * @param redo whether the index counts redo files
     * @param dropped blocks for it are discarded
     * @param deleted it is removed from disk, or never existed
     * @param moving it has a temporary name until the DDL summary is complete
     * @param oldName the donor's name of the file before the summary; empty if the file is new
     * @param wrappedKey encryption information, with the wrapped key, for a page 0 that the recipient creates; usually empty
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

        /** Returns an entry for a file whose page 0 the recipient does not create. */
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

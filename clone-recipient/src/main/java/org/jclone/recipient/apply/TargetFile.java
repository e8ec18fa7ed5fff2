package org.jclone.recipient.apply;

import java.nio.file.Path;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.recipient.storage.DirectIo;
import org.jclone.recipient.verify.PageFile;
import org.jclone.recipient.verify.PageRegion;

/**
 * One file of the clone. Descriptor and path change only between two snapshot states, when nothing is being written;
 * {@link #isDropped()} may turn true at any time.
 */
public final class TargetFile {

    private volatile FileDescriptor announced;
    private volatile FileDescriptor descriptor;
    private volatile Path path;
    private volatile long size;
    private volatile boolean dropped;
    private volatile PageRegion region = PageRegion.NONE;

    public TargetFile(FileDescriptor descriptor, Path path) {
        this.announced = descriptor.withoutKey();
        this.descriptor = announced;
        this.path = path;
        this.size = descriptor.fileSize();
    }

    PageRegion region() {
        return region;
    }

    void setRegion(PageRegion newRegion) {
        region = newRegion;
    }

    /** Returns the file as verification sees it. */
    public PageFile toPageFile() {
        return new PageFile(path, new FspFlags(descriptor.fspFlags()), descriptor.spaceId(), size, region);
    }

    /** Returns the descriptor with which the donor first announced the file, before any DDL. */
    FileDescriptor announced() {
        return announced;
    }

    /** Sets the descriptor with which the donor announced the file. */
    void announce(FileDescriptor file) {
        announced = file.withoutKey();
    }

    public FileDescriptor descriptor() {
        return descriptor;
    }

    public Path path() {
        return path;
    }

    /** Returns the final size of the file in bytes, as far as it is known. */
    public long size() {
        return size;
    }

    void raiseSize(long newSize) {
        size = Math.max(size, newSize);
    }

    /** Whether the donor dropped the file. Blocks that still arrive for it are discarded. */
    public boolean isDropped() {
        return dropped;
    }

    void drop() {
        dropped = true;
    }

    void redefine(FileDescriptor newDescriptor, Path newPath) {
        descriptor = newDescriptor.withoutKey();
        path = newPath;
        raiseSize(newDescriptor.fileSize());
    }

    /** Returns the donor's name of the file, for messages. */
    String displayName() {
        return displayName(descriptor);
    }

    static String displayName(FileDescriptor file) {
        return file.name().isEmpty() ? "redo file " + file.fileIndex() : "file " + file.name();
    }

    /** Whether the file has an FSP header; redo files and {@code ib_buffer_pool} have none. */
    boolean isTablespace() {
        return descriptor.fspFlags() != FileDescriptor.NO_FSP_FLAGS;
    }

    /**
     * Whether pages of this file may end in a hole: it uses page compression, its pages have full size, and a page holds at least two blocks of either file system.
     */
    boolean hasHoles(int pageSize) {
        return descriptor.isPageCompressed()
                && !new FspFlags(descriptor.fspFlags()).isZip()
                && descriptor.fsBlockSize() > 0
                && descriptor.fsBlockSize() * 2 <= pageSize
                && DirectIo.ALIGNMENT * 2 <= pageSize;
    }
}

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

    /** The file as a check sees it. */
    public PageFile toPageFile() {
        return new PageFile(path, new FspFlags(descriptor.fspFlags()), descriptor.spaceId(), size, region);
    }

    /** What the donor said of the file when it announced it, whatever DDL made of it since. */
    FileDescriptor announced() {
        return announced;
    }

    /** The donor announces a file that was made before, as its server must have it. */
    void announce(FileDescriptor file) {
        announced = file.withoutKey();
    }

    public FileDescriptor descriptor() {
        return descriptor;
    }

    public Path path() {
        return path;
    }

    /** Bytes the file has at the end, as far as is known. */
    public long size() {
        return size;
    }

    void raiseSize(long newSize) {
        size = Math.max(size, newSize);
    }

    /** Whether the donor dropped it; what still comes for it is thrown away. */
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

    /** For people: the donor's name of it. */
    String displayName() {
        return displayName(descriptor);
    }

    static String displayName(FileDescriptor file) {
        return file.name().isEmpty() ? "redo file " + file.fileIndex() : "file " + file.name();
    }

    /** Whether the file has an FSP header; redo and {@code ib_buffer_pool} have none. */
    boolean isTablespace() {
        return descriptor.fspFlags() != FileDescriptor.NO_FSP_FLAGS;
    }

    /**
     * Whether pages of this file may end in a hole: page compression is on, the pages are whole ones, and at
     * least two blocks of either file system fit into a page.
     */
    boolean hasHoles(int pageSize) {
        return descriptor.isPageCompressed()
                && !new FspFlags(descriptor.fspFlags()).isZip()
                && descriptor.fsBlockSize() > 0
                && descriptor.fsBlockSize() * 2 <= pageSize
                && DirectIo.ALIGNMENT * 2 <= pageSize;
    }
}

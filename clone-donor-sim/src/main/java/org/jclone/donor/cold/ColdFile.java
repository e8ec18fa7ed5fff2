package org.jclone.donor.cold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jclone.donor.source.SourceFile;

/** A file and how it is announced. */
record ColdFile(Path path, SourceFile source) {

    /** Size and time of a file, which stay as they are as long as nobody writes to it. */
    record Stamp(Path path, long size, FileTime modified) {

        static Stamp of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(path, attributes.size(), attributes.lastModifiedTime());
        }

        /** @throws IOException if the file is not as it was */
        void requireUnchanged() throws IOException {
            Stamp now = of(path);
            if (!now.equals(this)) {
                throw new IOException(path + " was changed while it was served: it had " + size + " bytes of "
                        + modified + ", and has " + now.size + " of " + now.modified);
            }
        }
    }
}

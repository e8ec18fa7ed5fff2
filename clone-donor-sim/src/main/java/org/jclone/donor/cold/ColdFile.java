package org.jclone.donor.cold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jclone.donor.source.SourceFile;

/** A file and its announcement. */
record ColdFile(Path path, SourceFile source) {

    /** Size and modification time of a file, which change when the file is written to. */
    record Stamp(Path path, long size, FileTime modified) {

        static Stamp of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(path, attributes.size(), attributes.lastModifiedTime());
        }

        /** @throws IOException if the file has changed */
        void requireUnchanged() throws IOException {
            Stamp now = of(path);
            if (!now.equals(this)) {
                throw new IOException(path + " was changed while it was served: it had " + size + " bytes of "
                        + modified + ", and has " + now.size + " of " + now.modified);
            }
        }
    }
}

package org.jclone.donor.cold;

import java.nio.file.Path;
import org.jclone.donor.source.SourceFile;

/** A file and how it is announced. */
record ColdFile(Path path, SourceFile source) {}

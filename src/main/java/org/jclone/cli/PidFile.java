package org.jclone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.FileReason;

/** A file with the number of this process, for as long as it works. */
final class PidFile {

    private final Path file;
    private final String content = ProcessHandle.current().pid() + "\n";

    /** Writes the file; what an earlier process left there is replaced, and no link is followed. */
    PidFile(Path path) throws UsageException {
        file = path.toAbsolutePath().normalize();
        try {
            Path temporary =
                    Files.createTempFile(file.getParent(), file.getFileName().toString(), ".tmp");
            try {
                Files.writeString(temporary, content);
                Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UsageException("--pid-file: cannot write " + file + ": " + FileReason.of(e));
        }
    }

    /** Removes the file, unless another process has written it meanwhile. */
    public void close() {
        try {
            if (Files.readString(file).equals(content)) {
                Files.delete(file);
            }
        } catch (IOException e) {
            return; // it was removed by others, or will be replaced by the next run
        }
    }
}

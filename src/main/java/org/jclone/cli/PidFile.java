package org.jclone.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.FileReason;

/** A file that holds the process ID while the program runs. */
final class PidFile {

    private static final Pattern NUMBER = Pattern.compile("\\s*\\d*\\s*");
    private static final int LONGEST = 100;

    private final Path file;
    private final String content = ProcessHandle.current().pid() + "\n";

    /**
     * Writes the file; what an earlier process left there is replaced, and no link is followed.
     *
     * @throws UsageException if something else than a process's number is there, which is left as it is
     */
    PidFile(Path path) throws UsageException {
        file = path.toAbsolutePath().normalize();
        try {
            requireReplaceable();
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

    private void requireReplaceable() throws IOException, UsageException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && !Files.isSymbolicLink(file)
                && !(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && Files.size(file) <= LONGEST
                        && NUMBER.matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
                                .matches())) {
            throw new UsageException("--pid-file: " + file + " exists and contains no process ID");
        }
    }

    /** Removes the file, unless another process has replaced it. */
    public void close() {
        try {
            if (Files.readString(file).equals(content)) {
                Files.delete(file);
            }
        } catch (IOException e) {
            return; // already removed, or the next run replaces it
        }
    }
}

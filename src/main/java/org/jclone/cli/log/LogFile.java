package org.jclone.cli.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The file that log records are appended to. Each record is a single write at the end of the file, so several
 * processes can share the file, and a tool may copy and truncate it at any time.
 */
public final class LogFile implements Consumer<String>, AutoCloseable {

    private final FileChannel channel;
    private final Consumer<String> otherwise;
    private boolean failed;

    /** @param otherwise takes what cannot be written to the file */
    private LogFile(FileChannel channel, Consumer<String> otherwise) {
        this.channel = channel;
        this.otherwise = otherwise;
    }

    /**
     * Opens the file, or creates it with mode 0640. Refuses a symbolic link: in a directory of another user, who may be
     * allowed to write to this log but not to what the link names, it could lead anywhere.
     */
    public static LogFile open(Path file, Consumer<String> otherwise) throws IOException {
        if (Files.isSymbolicLink(file)) {
            throw new FileSystemException(file.toString(), null, "it is a symbolic link; give the file it leads to");
        }
        return new LogFile(
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.APPEND,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))),
                otherwise);
    }

    @Override
    public synchronized void accept(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text + '\n');
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            if (!failed) {
                failed = true;
                otherwise.accept("warning: cannot write the log file: " + e.getMessage());
            }
            otherwise.accept(text);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}

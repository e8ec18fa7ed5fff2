package org.jclone.provision.mysqld;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The end of a server's error log. */
public final class ServerLog {

    private static final int MAX_BYTES = 256 * 1024;
    private static final String ERROR = "[ERROR]";

    /** Written when a process starts. */
    private static final String START = "[MY-010116]";

    private ServerLog() {}

    /** Returns the last errors of the last process that wrote to {@code file}; empty if it cannot be read. */
    public static List<String> lastErrors(Path file, int count) {
        List<String> errors = new ArrayList<>();
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - MAX_BYTES));
            ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
            int read;
            do {
                read = channel.read(bytes);
            } while (read >= 0 && bytes.hasRemaining());
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            for (String line : text.split("\n")) {
                if (line.contains(START)) {
                    errors.clear();
                }
                int error = line.indexOf(ERROR);
                if (error >= 0) {
                    errors.add(line.substring(error + ERROR.length()).strip());
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return List.copyOf(errors.subList(Math.max(0, errors.size() - count), errors.size()));
    }
}

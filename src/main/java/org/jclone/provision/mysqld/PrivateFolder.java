package org.jclone.provision.mysqld;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.OwnNames;
import org.jclone.recipient.storage.StorageErrors;

/**
 * The folder of a private server, of mode 0700: only the server's user can reach its socket. It is in the data
 * directory unless a socket there would have too long a path.
 */
public final class PrivateFolder {

    private static final int MAX_SOCKET_BYTES = 100;
    private static final String SOCKET = "mysqld.sock";
    private static final String ERROR = "[ERROR]";
    private static final int MAX_LOG_LINES = 4;
    private static final int MAX_LOG_BYTES = 1 << 20;
    private static final long LITTLE_ROOM_BYTES = 16 << 20;

    private final Path path;

    private PrivateFolder(Path path) {
        this.path = path;
    }

    /** Returns the folder for a new private server of a data directory. */
    public static PrivateFolder choose(Path directory) {
        Path inside = directory.resolve(OwnNames.PROVISION_PRIVATE);
        int length = inside.resolve(SOCKET).toString().getBytes(StandardCharsets.UTF_8).length;
        if (length <= MAX_SOCKET_BYTES) {
            return new PrivateFolder(inside);
        }
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        return new PrivateFolder(temporary().resolve("jclone-" + HexFormat.of().formatHex(random)));
    }

    /**
     * Returns the folder that the record of a run names.
     *
     * @throws CloneException if {@link #choose} cannot have chosen it: a server's user can change the record
     */
    public static PrivateFolder recorded(Path directory, String recorded) throws CloneException {
        Path path = Path.of(recorded);
        boolean ours = path.equals(directory.resolve(OwnNames.PROVISION_PRIVATE))
                || temporary().equals(path.getParent())
                        && path.getFileName().toString().matches("jclone-[0-9a-f]{8}");
        if (!ours) {
            throw Failure.Provisioning.RECORD.exception(
                    "the record names " + path + ", where no private server of this directory can be");
        }
        return new PrivateFolder(path);
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    }

    public Path path() {
        return path;
    }

    Path socket() {
        return path.resolve(SOCKET);
    }

    Path pidFile() {
        return path.resolve("mysqld.pid");
    }

    Path log() {
        return path.resolve("mysqld.log");
    }

    Path initFile() {
        return path.resolve("init.sql");
    }

    /** Creates an empty folder. Removes what an earlier server left. */
    void create(Optional<String> user) throws StorageException {
        remove();
        try {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            give(path, user);
        } catch (IOException e) {
            throw StorageErrors.of("create directory", path, -1, e);
        }
    }

    /** Writes the statements that the server runs when it starts, readable by nobody else. */
    void writeInitFile(String statements, Optional<String> user) throws StorageException {
        try (FileChannel channel = FileChannel.open(
                initFile(),
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(statements.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            give(initFile(), user);
        } catch (IOException e) {
            throw StorageErrors.of("write", initFile(), -1, e);
        }
    }

    private static void give(Path path, Optional<String> user) throws IOException {
        if (user.isPresent()) {
            UserPrincipal owner =
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user.get());
            Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setOwner(owner);
        }
    }

    void remove() throws StorageException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(path);
        } catch (IOException e) {
            throw StorageErrors.of("remove", path, -1, e);
        }
    }

    /**
     * Returns the last errors of the server, for a message; empty if there are none.
     *
     * @param output what the server wrote before it opened its log
     */
    String errors(String output) {
        List<String> errors = new ArrayList<>(errorsIn(output));
        try {
            if (Files.isRegularFile(log(), LinkOption.NOFOLLOW_LINKS) && Files.size(log()) <= MAX_LOG_BYTES) {
                errors.addAll(errorsIn(new String(Files.readAllBytes(log()), StandardCharsets.ISO_8859_1)));
            }
        } catch (IOException e) {
            errors.add("its log cannot be read: " + e.getMessage());
        }
        int from = Math.max(0, errors.size() - MAX_LOG_LINES);
        return (errors.isEmpty() ? "" : "; its log: " + String.join("; ", errors.subList(from, errors.size())))
                + room();
    }

    /** Returns a warning if the disk is full: the server could not write that into its log. */
    private String room() {
        try {
            long free = Files.getFileStore(path).getUsableSpace();
            return free < LITTLE_ROOM_BYTES ? "; only " + free / 1024 + " KiB are free in " + path : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> errorsIn(String text) {
        return text.lines()
                .filter(line -> line.contains(ERROR))
                .map(line ->
                        line.substring(line.indexOf(ERROR) + ERROR.length()).strip())
                .toList();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

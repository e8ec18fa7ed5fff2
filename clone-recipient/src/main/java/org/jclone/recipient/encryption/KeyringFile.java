package org.jclone.recipient.encryption;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.KeyringFormatException;
import org.jclone.protocol.innodb.encryption.MasterKey;
import org.jclone.protocol.innodb.encryption.Secrets;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.FileIo;
import org.jclone.recipient.storage.LockFile;
import org.jclone.recipient.storage.StorageErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A keyring on disk. It is replaced as a whole and flushed before a new key is used. The new file has mode 0600 and the
 * owner of the old one, and keeps the other keys.
 */
public final class KeyringFile {

    private static final Logger LOGGER = LoggerFactory.getLogger(KeyringFile.class);
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-------");
    private static final int MAX_ATTEMPTS = 5;

    /** Adding a key takes one or two flushes. */
    private static final int MAX_POLLS = 3000;

    private static final long POLL_NANOS = 10_000_000;

    /** The server reads this file instead of the keyring if it exists and is not empty. */
    private static final String BACKUP_SUFFIX = ".backup";

    private final Path path;

    /** @param path absolute and normalised */
    public KeyringFile(Path path) {
        this.path = path;
    }

    /**
     * Checks that the file can be used. Changes nothing.
     *
     * @param dataDirectory of the target, which must not hold the file
     */
    public void check(Path dataDirectory) throws CloneException {
        if (path.startsWith(dataDirectory)) {
            throw notUsable("lies in the data directory", Failure.Keyring.BESIDE_THE_DATA, dataDirectory);
        }
        check();
    }

    /** Makes the same checks when the data directory is not known yet. */
    public void check() throws CloneException {
        Path folder = path.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw notUsable("cannot be created: there is no directory " + folder, Failure.Keyring.NO_FOLDER, folder);
        }
        if (!Files.isWritable(folder)) {
            throw notUsable("cannot be created: no write permission for " + folder, Failure.Keyring.DENIED, folder);
        }
        read().close();
    }

    /** Reads the keys in the file; none if it is missing. */
    public Keyring read() throws CloneException {
        byte[] content = content();
        try {
            return decode(content);
        } finally {
            Secrets.wipe(content);
        }
    }

    private Keyring decode(byte... content) throws CloneException {
        try {
            return Keyring.decode(content);
        } catch (KeyringFormatException e) {
            throw Failure.Keyring.FORMAT.exception(
                    path + " is not a keyring of component_keyring_file: " + e.getMessage(), e);
        }
    }

    /** Adds a key, which is on disk when this returns. Other processes that add keys wait for the lock. */
    public void add(MasterKey key) throws CloneException {
        LockFile lock = awaitLock();
        try {
            removeLeftOver();
            addAlone(key);
        } finally {
            lock.close();
        }
    }

    private LockFile awaitLock() throws CloneException {
        Path file = path.resolveSibling(lockName());
        try {
            Optional<LockFile> lock = LockFile.tryTake(file);
            for (int i = 0; lock.isEmpty() && i < MAX_POLLS; i++) {
                LockSupport.parkNanos(POLL_NANOS);
                lock = LockFile.tryTake(file);
            }
            return lock.orElseThrow(this::beingChanged);
        } catch (IOException e) {
            throw StorageErrors.of("lock", file, -1, e);
        }
    }

    /** Compares the content before the rename, because a server that writes the keyring does not take our lock. */
    private void addAlone(MasterKey key) throws CloneException {
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            byte[] before = content();
            byte[] after = {};
            try (Keyring old = decode(before);
                    Keyring extended = old.with(key)) {
                after = extended.encode();
                if (replace(before, after)) {
                    return;
                }
            } finally {
                Secrets.wipe(before, after);
            }
        }
        throw beingChanged();
    }

    private CloneException beingChanged() {
        return notUsable("is being changed by another process", Failure.Keyring.CHANGING);
    }

    /** @return false if the file has changed since {@code before} was read */
    private boolean replace(byte[] before, byte[] after) throws CloneException {
        Path temporary = path.resolveSibling(temporaryPrefix() + UUID.randomUUID());
        try (FileChannel channel = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(MODE))) {
            Files.setPosixFilePermissions(temporary, MODE); // regardless of the umask
            keepOwner(temporary);
            write(channel, after);
            channel.force(true);
            byte[] now = content();
            boolean unchanged = Arrays.equals(now, before);
            Secrets.wipe(now);
            if (unchanged) {
                Durable.rename(temporary, path);
                Durable.flushDirectory(path.getParent());
            }
            return unchanged;
        } catch (IOException e) {
            throw StorageErrors.of("write", temporary, -1, e);
        } finally {
            Durable.delete(temporary);
        }
    }

    /**
     * Writes from direct memory that is wiped afterwards. The JDK would copy heap memory into a buffer that is never
     * wiped.
     */
    private static void write(FileChannel channel, byte... content) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(content.length).put(content).flip();
        try {
            FileIo.write(channel, bytes, 0);
        } finally {
            Secrets.wipe(bytes, 0, content.length);
        }
    }

    private String temporaryPrefix() {
        return path.getFileName() + ".jclone-";
    }

    private String lockName() {
        return temporaryPrefix() + "lock";
    }

    /** Deletes temporary copies left by killed processes. The caller holds the lock, so no process uses them. */
    private void removeLeftOver() throws CloneException {
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(path.getParent(), this::isCopy)) {
            for (Path copy : copies) {
                Durable.delete(copy);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOGGER.atDebug()
                    .addKeyValue("file", path)
                    .setCause(e)
                    .log("cannot delete temporary copies of killed processes");
        }
    }

    private boolean isCopy(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(temporaryPrefix()) && !name.equals(lockName());
    }

    /** Gives the new file the owner and group of the old one. */
    private void keepOwner(Path temporary) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        PosixFileAttributes old = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributeView view =
                Files.getFileAttributeView(temporary, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes mine = view.readAttributes();
        if (!mine.owner().equals(old.owner())) {
            view.setOwner(old.owner());
        }
        if (!mine.group().equals(old.group())) {
            view.setGroup(old.group());
        }
    }

    /** Reads the whole file. The caller wipes the result. */
    private byte[] content() throws CloneException {
        if (Files.isSymbolicLink(path)) {
            throw notUsable("is a symbolic link", Failure.Keyring.SYMBOLIC_LINK);
        }
        Path backup = path.resolveSibling(path.getFileName() + BACKUP_SUFFIX);
        try {
            if (Files.exists(backup, LinkOption.NOFOLLOW_LINKS) && Files.size(backup) > 0) {
                throw notUsable("has a backup, " + backup, Failure.Keyring.BACKUP);
            }
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return new byte[0];
            }
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) > Keyring.MAX_BYTES) {
                throw notUsable(
                        "is not a regular file of at most " + Keyring.MAX_BYTES + " bytes", Failure.Keyring.NO_FILE);
            }
            return readAll();
        } catch (IOException e) {
            throw StorageErrors.of("read", path, -1, e);
        }
    }

    /** Reads without a stream, whose buffers are never wiped. */
    private byte[] readAll() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer content = ByteBuffer.allocateDirect((int) Math.min(channel.size(), Keyring.MAX_BYTES));
            FileIo.read(channel, content, 0);
            byte[] bytes = new byte[content.capacity()];
            content.get(0, bytes);
            Secrets.wipe(content, 0, content.capacity());
            return bytes;
        }
    }

    private CloneException notUsable(String reason, Failure.Keyring why) {
        return notUsable(reason, why, path.getParent());
    }

    private CloneException notUsable(String reason, Failure.Keyring why, Path directory) {
        return new CloneException(why.code(), "keyring file " + path + ' ' + reason, why.hint(directory));
    }
}

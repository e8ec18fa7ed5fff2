package org.jclone.tests.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.MasterKey;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.encryption.WrappedKey;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageHeader;

/** Keys in the files of a data directory. */
public final class EncryptedFiles {

    private static final int ANCHOR = Long.BYTES;

    private EncryptedFiles() {}

    /** The plain keys of all tablespaces and of the redo log that have one, opened with the keyring. */
    public static List<TablespaceKey> keys(Path directory, Path keyringFile, int pageSize) throws Exception {
        List<TablespaceKey> keys = new ArrayList<>();
        try (Keyring keyring = Keyring.decode(Files.readAllBytes(keyringFile))) {
            for (Path file : files(directory)) {
                Optional<WrappedKey> wrapped = wrappedKey(file, pageSize);
                if (wrapped.isPresent()) {
                    try (MasterKey master =
                            keyring.masterKey(wrapped.get().masterKey()).orElseThrow()) {
                        keys.add(wrapped.get().unwrap(master));
                    }
                }
            }
        }
        return keys;
    }

    private static Optional<WrappedKey> wrappedKey(Path file, int pageSize) throws IOException {
        ByteBuffer start = ByteBuffer.wrap(start(file, pageSize));
        String name = file.getFileName().toString();
        if (name.startsWith("#ib_redo")) {
            return EncryptionInfoBlock.ofRedoHeader(start);
        }
        boolean tablespace = name.endsWith(".ibd") || name.endsWith(".ibu") || name.startsWith("undo_");
        if (!tablespace) {
            return Optional.empty();
        }
        FspFlags flags = new FspFlags(Integer.toUnsignedLong(start.getInt(PageHeader.FSP_FLAGS)));
        ByteBuffer page = start.slice(0, flags.physicalPageSize(pageSize));
        return EncryptionInfoBlock.ofFirstPage(page, flags, pageSize);
    }

    private static byte[] start(Path file, int length) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(length);
        }
    }

    /** The files below {@code directory} in which one of {@code secrets} is found at any place. */
    public static List<Path> containing(Path directory, List<byte[]> secrets) throws IOException {
        TreeSet<Long> anchors = new TreeSet<>();
        secrets.forEach(secret -> anchors.add(ByteBuffer.wrap(secret).getLong()));
        List<Path> found = new ArrayList<>();
        for (Path file : files(directory)) {
            byte[] content = Files.readAllBytes(file);
            if (contains(content, anchors, secrets)) {
                found.add(file);
            }
        }
        return found;
    }

    /** Rolls the last eight bytes along; random ones are met by chance nowhere. */
    private static boolean contains(byte[] content, TreeSet<Long> anchors, List<byte[]> secrets) {
        long[] sorted = anchors.stream().mapToLong(Long::longValue).toArray();
        long window = 0;
        for (int at = 0; at < content.length; at++) {
            window = window << Byte.SIZE | content[at] & 0xff;
            if (window != 0 && at >= ANCHOR - 1 && Arrays.binarySearch(sorted, window) >= 0) {
                int start = at - ANCHOR + 1;
                ByteBuffer rest = ByteBuffer.wrap(content, start, content.length - start);
                if (secrets.stream().anyMatch(secret -> startsWith(rest, secret))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean startsWith(ByteBuffer bytes, byte[] prefix) {
        return bytes.remaining() >= prefix.length
                && bytes.slice(bytes.position(), prefix.length).equals(ByteBuffer.wrap(prefix));
    }

    /** Bytes of all files below {@code directory}. */
    public static long bytesIn(Path directory) throws IOException {
        long bytes = 0;
        for (Path file : files(directory)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}

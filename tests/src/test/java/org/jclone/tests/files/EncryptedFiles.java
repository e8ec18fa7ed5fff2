package org.jclone.tests.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.KeyringEntry;
import org.jclone.protocol.innodb.encryption.MasterKey;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.encryption.WrappedKey;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.RedoHeader;

/** The keys in the files of a data directory. */
public final class EncryptedFiles {

    private static final String KEY_PREFIX = "INNODBKey-";
    private static final int ANCHOR = Long.BYTES;
    private static final int FSP_ENCRYPTED = 0x2000;

    private EncryptedFiles() {}

    /**
     * Returns the files of tablespaces and redo log that have a key, by relative name. The keyring opens all of them.
     */
    public static Map<String, TablespaceKey> keys(Path directory, Path keyringFile, int pageSize) throws Exception {
        Map<String, TablespaceKey> keys = new TreeMap<>();
        try (Keyring keyring = Keyring.decode(Files.readAllBytes(keyringFile))) {
            for (Path file : files(directory)) {
                Optional<WrappedKey> wrapped = wrappedKey(file, pageSize);
                if (wrapped.isPresent()) {
                    try (MasterKey master =
                            keyring.masterKey(wrapped.get().masterKey()).orElseThrow()) {
                        keys.put(
                                directory.relativize(file).toString(),
                                wrapped.get().unwrap(master));
                    }
                }
            }
        }
        return keys;
    }

    /** The unique part of the name of the only master key in a keyring made for one clone. */
    public static String masterKeyUuid(Path keyringFile) throws Exception {
        try (Keyring keyring = Keyring.decode(Files.readAllBytes(keyringFile))) {
            List<KeyringEntry> entries = keyring.entries();
            if (entries.size() != 1) {
                throw new AssertionError(entries);
            }
            String name = entries.get(0).dataId();
            return name.substring(KEY_PREFIX.length(), KEY_PREFIX.length() + MasterKeyName.UUID_LENGTH);
        }
    }

    /** The relative names of tablespaces whose page 0 says that they are encrypted. */
    public static Set<String> flagged(Path directory, int pageSize) throws IOException {
        Set<String> flagged = new TreeSet<>();
        for (Path file : files(directory)) {
            if (isTablespace(file)) {
                int flags = ByteBuffer.wrap(start(file, pageSize)).getInt(PageHeader.FSP_FLAGS);
                if ((flags & FSP_ENCRYPTED) != 0) {
                    flagged.add(directory.relativize(file).toString());
                }
            }
        }
        return flagged;
    }

    private static boolean isTablespace(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".ibd") || name.endsWith(".ibu") || name.startsWith("undo_");
    }

    /** Search patterns: the keys without their IV, as bytes and as hexadecimal digits. */
    public static List<byte[]> secrets(Collection<TablespaceKey> keys) {
        List<byte[]> secrets = new ArrayList<>();
        for (TablespaceKey key : keys) {
            byte[] bytes = Arrays.copyOf(key.toByteArray(), TablespaceKey.KEY_LENGTH);
            secrets.add(bytes);
            secrets.add(HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII));
            secrets.add(HexFormat.of().withUpperCase().formatHex(bytes).getBytes(StandardCharsets.US_ASCII));
        }
        return secrets;
    }

    private static Optional<WrappedKey> wrappedKey(Path file, int pageSize) throws IOException {
        ByteBuffer start = ByteBuffer.wrap(start(file, pageSize));
        if (file.getFileName().toString().startsWith("#ib_redo")) {
            return start.limit() < RedoHeader.LENGTH ? Optional.empty() : EncryptionInfoBlock.ofRedoHeader(start);
        }
        if (!isTablespace(file)) {
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

    /** The files below {@code directory}, or that one file, that contain one of {@code secrets} at any offset. */
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

    /** Keeps a rolling window of eight bytes; a random match is practically impossible. */
    private static boolean contains(byte[] content, TreeSet<Long> anchors, List<byte[]> secrets) {
        long[] sorted = anchors.stream().mapToLong(Long::longValue).toArray();
        boolean[] endings =
                new boolean[1 << Short.SIZE]; // few windows end like an anchor, and most are not searched for
        anchors.forEach(anchor -> endings[(int) (anchor & 0xffff)] = true);
        long window = 0;
        for (int at = 0; at < content.length; at++) {
            window = window << Byte.SIZE | content[at] & 0xff;
            if (endings[(int) window & 0xffff] && at >= ANCHOR - 1 && Arrays.binarySearch(sorted, window) >= 0) {
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

    /** Returns whether the output of a program contains one of {@code secrets}. */
    public static boolean containsAny(String text, List<byte[]> secrets) {
        return secrets.stream().anyMatch(secret -> text.contains(new String(secret, StandardCharsets.ISO_8859_1)));
    }

    /** The total size of the files below {@code directory}. */
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

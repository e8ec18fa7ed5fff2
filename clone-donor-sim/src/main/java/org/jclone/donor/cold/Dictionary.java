package org.jclone.donor.cold;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.protocol.innodb.encryption.PageCipher;
import org.jclone.protocol.innodb.page.ExtentGeometry;
import org.jclone.protocol.innodb.page.SpaceIds;

/**
 * The tablespaces that the data dictionary lists. They are in two tables of {@code mysql.ibd} and are read from the
 * leaves of their primary indexes. The ids of these indexes are unknown, so they are recognized by their contents.
 *
 * <pre>
 * tablespaces        0  u64  id, then 13 bytes of the transaction; then name, options, se_private_data, comment,
 *                            engine, engine_attribute (options, se_private_data, engine_attribute may be null)
 * tablespace_files   0  u64  id of the tablespace
 *                    8  u32  number of the file, then 13 bytes; then file_name, se_private_data (may be null)
 * </pre>
 *
 * <p>{@code se_private_data} of a tablespace is {@code flags=16417;id=59;server_version=90704;...;state=normal;}.
 * Big-endian. Source: docs/protocol/README.md, observations of the data dictionary.
 */
final class Dictionary {

    private static final int SPACE_FIXED_BYTES = 21;
    private static final int FILE_FIXED_BYTES = 25;
    private static final int FILE_NUMBER = 8;

    /**
     * Offset of the extent descriptors. Each has a bitmap with two bits per page, the first set if the page is free.
     */
    private static final int EXTENTS = 150;

    private static final int EXTENT_BITMAP = 24;
    private static final int BITS_PER_PAGE = 2;

    private static final String OWN_FILE = "mysql.ibd";
    private static final Pattern SPACE_ID = Pattern.compile("(?:^|;)id=(\\d{1,10});");
    private static final String DISCARDED = "state=discarded;";

    /** A truncated undo tablespace takes the next of this many ids, and keeps its number. */
    private static final long UNDO_NUMBERS = 127;

    private record Space(String name, long spaceId, boolean discarded) {}

    private final Path file;
    private final int pageSize;
    private final Optional<PageCipher> cipher;

    /** @param cipher cipher of {@code mysql.ibd} if it is encrypted */
    Dictionary(Path file, int pageSize, Optional<PageCipher> cipher) {
        this.file = file;
        this.pageSize = pageSize;
        this.cipher = cipher;
    }

    /**
     * Returns the file names of the tablespaces that have no file; empty if the dictionary cannot be read, that is, if
     * it does not even list itself.
     *
     * @param found tablespace ids of all files
     */
    Optional<List<String>> missing(Set<Long> found) throws IOException {
        Map<Long, Space> spaces = spaces();
        if (spaces.values().stream().noneMatch(space -> space.spaceId() == SpaceIds.DICTIONARY)) {
            return Optional.empty();
        }
        Set<Long> present = new HashSet<>(Set.of(SpaceIds.TEMPORARY));
        found.forEach(spaceId -> present.add(withoutTruncations(spaceId)));
        spaces.values().removeIf(space -> space.discarded() || present.contains(withoutTruncations(space.spaceId())));
        Map<Long, String> names = spaces.isEmpty() ? Map.of() : fileNames(spaces.keySet());
        return Optional.of(spaces.entrySet().stream()
                .map(missing ->
                        names.getOrDefault(missing.getKey(), missing.getValue().name()))
                .sorted()
                .toList());
    }

    private Map<Long, Space> spaces() throws IOException {
        Map<Long, Space> spaces = new HashMap<>();
        forEachLeaf(page -> {
            Map<Long, Space> found = new HashMap<>();
            for (LeafRecord row : page.records()) {
                space(row.skipFixed(SPACE_FIXED_BYTES)).ifPresent(space -> found.put(row.u64(0), space));
            }
            if (found.size() == page.records().size()) {
                spaces.putAll(found);
            }
        });
        return spaces;
    }

    /** Returns the file names of the tablespaces with these ids, as far as found. */
    private Map<Long, String> fileNames(Set<Long> ids) throws IOException {
        Map<Long, Map<Long, String>> namesByIndex = new HashMap<>();
        forEachLeaf(page -> {
            for (LeafRecord row : page.records()) {
                String name = row.skipFixed(FILE_FIXED_BYTES).text();
                if (row.fits() && row.u32(FILE_NUMBER) == 1 && (ids.contains(row.u64(0)) || name.equals(OWN_FILE))) {
                    namesByIndex
                            .computeIfAbsent(page.indexId(), index -> new HashMap<>())
                            .put(row.u64(0), name);
                }
            }
        });
        return namesByIndex.values().stream()
                .filter(names -> names.containsValue(OWN_FILE))
                .findFirst()
                .orElse(Map.of());
    }

    /** Visits leaves. Skips free pages: they keep their old contents, such as the rows of dropped tables. */
    private void forEachLeaf(Consumer<LeafPage> action) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer descriptors = ByteBuffer.allocate(pageSize);
            ByteBuffer page = ByteBuffer.allocate(pageSize);
            for (long number = 0; (number + 1) * pageSize <= channel.size(); number++) {
                boolean describes = number % pageSize == 0;
                ByteBuffer into = describes ? descriptors : page;
                FirstPage.readFully(channel, into.clear(), number * pageSize);
                into.flip();
                if (number > 0) {
                    cipher.ifPresent(key -> key.decrypt(into));
                }
                if (!describes && !isFree(descriptors, (int) (number % pageSize))) {
                    LeafPage.of(page).ifPresent(action);
                }
            }
        }
    }

    /**
     * Returns whether the extent descriptor of a page marks it as free.
     *
     * @param descriptors page that contains the descriptor
     * @param number number of the page, relative to that page
     */
    private boolean isFree(ByteBuffer descriptors, int number) {
        int pagesPerExtent = ExtentGeometry.pagesPerExtent(pageSize);
        int bitmapBytes = pagesPerExtent * BITS_PER_PAGE / Byte.SIZE;
        int bitmap = EXTENTS + number / pagesPerExtent * (EXTENT_BITMAP + bitmapBytes) + EXTENT_BITMAP;
        int bit = number % pagesPerExtent * BITS_PER_PAGE;
        return (descriptors.get(bitmap + bit / Byte.SIZE) >> bit % Byte.SIZE & 1) != 0;
    }

    private static Optional<Space> space(LeafRecord row) {
        String name = row.text();
        row.nullableText();
        String data = row.nullableText();
        row.text();
        String engine = row.text();
        Matcher id = SPACE_ID.matcher(data);
        return row.fits() && engine.equals("InnoDB") && id.find()
                ? Optional.of(new Space(name, Long.parseLong(id.group(1)), data.contains(DISCARDED)))
                : Optional.empty();
    }

    private static long withoutTruncations(long spaceId) {
        return SpaceIds.isUndo(spaceId) ? SpaceIds.UNDO_MAX - (SpaceIds.UNDO_MAX - spaceId) % UNDO_NUMBERS : spaceId;
    }
}

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
import org.jclone.protocol.innodb.page.SpaceIds;

/**
 * Which tablespaces the data dictionary knows. They are in two tables of {@code mysql.ibd}, and read from the leaves of
 * their primary indexes; the numbers of these indexes are not known, so they are recognised by what is in them.
 *
 * <pre>
 * tablespaces        0  u64  id, then 13 bytes of the transaction; then name, options, se_private_data, comment,
 *                            engine, engine_attribute (options, se_private_data, engine_attribute may be null)
 * tablespace_files   0  u64  id of the tablespace
 *                    8  u32  number of the file, then 13 bytes; then file_name, se_private_data (may be null)
 * </pre>
 *
 * <p>{@code se_private_data} of a tablespace is {@code flags=16417;id=59;server_version=90704;...;state=normal;}.
 * Big-endian. Source: docs/protocol/README.md, what was seen of the data dictionary.
 */
final class Dictionary {

    private static final int SPACE_FIXED_BYTES = 21;
    private static final int FILE_FIXED_BYTES = 25;
    private static final int FILE_NUMBER = 8;
    private static final String OWN_FILE = "mysql.ibd";
    private static final Pattern SPACE_ID = Pattern.compile("(?:^|;)id=(\\d{1,10});");
    private static final String DISCARDED = "state=discarded;";

    /** An undo tablespace that is truncated gets the next of so many ids, and keeps its number. */
    private static final long UNDO_NUMBERS = 127;

    private record Space(String name, long spaceId, boolean discarded) {}

    private final Path file;
    private final int pageSize;
    private final Optional<PageCipher> cipher;

    /** @param cipher if {@code mysql.ibd} is encrypted */
    Dictionary(Path file, int pageSize, Optional<PageCipher> cipher) {
        this.file = file;
        this.pageSize = pageSize;
        this.cipher = cipher;
    }

    /**
     * The tablespaces of which there is no file, by the names of their files; empty if the dictionary cannot be read,
     * which does not name even itself then.
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

    /** Of the tablespaces with these ids, as far as they are found. */
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

    private void forEachLeaf(Consumer<LeafPage> action) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer page = ByteBuffer.allocate(pageSize);
            for (long offset = pageSize; offset + pageSize <= channel.size(); offset += pageSize) {
                FirstPage.readFully(channel, page.clear(), offset);
                page.flip();
                cipher.ifPresent(key -> key.decrypt(page));
                LeafPage.of(page).ifPresent(action);
            }
        }
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

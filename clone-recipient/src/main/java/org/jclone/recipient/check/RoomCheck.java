package org.jclone.recipient.check;

import static java.util.stream.Collectors.joining;
import static org.jclone.recipient.api.CheckItem.SPACE;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.DonorNames;
import org.jclone.recipient.storage.RoomByVolume;
import org.jclone.recipient.storage.RoomByVolume.Need;

/**
 * Checks the space that the clone needs on each file system. Undo tablespaces, redo log and system tablespace count for their own directories, and tablespaces outside the donor's data directory for the directories of their path mappings.
 */
final class RoomCheck {

    /** Largest number of tablespaces that are matched with path mappings; the rest counts as unmapped. */
    private static final int MOST_MAPPED = SqlSession.MAX_ROWS;

    /** How many tablespaces one statement names; their ids have up to ten digits. */
    private static final int NAMED_AT_ONCE = 300;

    private final CloneRequest request;

    RoomCheck(CloneRequest request) {
        this.request = request;
    }

    /**
     * The sizes of the donor's files in bytes.
     *
     * @param tablespaces all tablespaces except the following and the temporary one, which is not cloned
     * @param undo undo tablespaces
     * @param system the system tablespace
     * @param redo largest size of the redo log: the donor's estimate includes all of it
     */
    private record Sizes(long tablespaces, long undo, long system, long redo) {

        static Sizes ask(DonorView donor) throws SqlException, CloneException {
            Rows rows = donor.query("SELECT CAST(COALESCE(SUM(IF(space_type = 'Undo', 0, file_size)), 0) AS UNSIGNED),"
                    + " CAST(COALESCE(SUM(IF(space_type = 'Undo', file_size, 0)), 0) AS UNSIGNED)"
                    + " FROM information_schema.innodb_tablespaces WHERE name <> 'innodb_temporary'");
            long system = donor.query("SELECT CAST(COALESCE(SUM(total_extents * extent_size), 0) AS UNSIGNED)"
                            + " FROM information_schema.files WHERE tablespace_name = 'innodb_system'")
                    .singleNumber()
                    .orElse(0);
            long before8030 = donor.number("innodb_log_file_size").orElse(0)
                    * donor.number("innodb_log_files_in_group").orElse(1);
            return new Sizes(
                    Rows.number(rows.text(0, 0)).orElse(0),
                    Rows.number(rows.text(0, 1)).orElse(0),
                    system,
                    donor.number("innodb_redo_log_capacity").orElse(before8030));
        }

        long sum() {
            return RoomByVolume.sum(RoomByVolume.sum(tablespaces, undo), RoomByVolume.sum(system, redo));
        }
    }

    Finding find(DonorView donor) throws SqlException, CloneException {
        boolean placed = request.target().directory().isPresent();
        if (!donor.seesProcesses()) {
            String free = placed ? free(new PlaceCheck(request).room()) : "";
            return Finding.unknown(
                    SPACE,
                    "the donor's size cannot be seen" + (free.isEmpty() ? "" : ", " + free),
                    donor.grantProcess());
        }
        Sizes sizes = Sizes.ask(donor);
        String needed = "about " + mebibytes(sizes.sum()) + " are needed";
        if (!placed) {
            return Finding.unknown(SPACE, needed + "; give --dir to compare");
        }
        RoomByVolume room = room(sizes, donor);
        if (room.hasUnknown()) {
            return Finding.unknown(SPACE, needed + "; the target's file system does not say how much is free");
        }
        return compare(room);
    }

    private RoomByVolume room(Sizes sizes, DonorView donor) throws SqlException, CloneException {
        DataDirectory target = DataDirectory.of(request.target());
        RoomByVolume room = new PlaceCheck(request).room();
        long unmapped = sizes.tablespaces();
        for (Map.Entry<Path, Long> mapped : mapped(donor, target).entrySet()) {
            room.need(mapped.getKey(), mapped.getValue());
            unmapped -= mapped.getValue();
        }
        return room.need(target.root(), Math.max(0, unmapped))
                .need(target.undo(), sizes.undo())
                .need(target.system(), sizes.system())
                .need(target.redo(), sizes.redo());
    }

    /** Returns the bytes for the local directory of each path mapping. Uses no JOIN, which jclone's donor lacks. */
    private Map<Path, Long> mapped(DonorView donor, DataDirectory target) throws SqlException, CloneException {
        Map<Path, Long> bytes = new LinkedHashMap<>();
        if (request.target().pathMappings().isEmpty()) {
            return bytes;
        }
        Rows outside = donor.query("SELECT file_id, file_name FROM information_schema.files"
                + " WHERE file_type = 'TABLESPACE' AND (file_name LIKE '/%' OR file_name LIKE '.%/../%'"
                + " OR file_name LIKE '../%') LIMIT " + MOST_MAPPED);
        Map<String, String> byId = new LinkedHashMap<>();
        for (int i = 0; i < outside.size(); i++) {
            if (Rows.number(outside.text(i, 0)).isPresent()) {
                byId.put(outside.text(i, 0), outside.text(i, 1));
            }
        }
        DonorNames names = new DonorNames(target);
        List<String> ids = List.copyOf(byId.keySet());
        for (int from = 0; from < ids.size(); from += NAMED_AT_ONCE) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + NAMED_AT_ONCE));
            Rows rows = donor.query("SELECT space, space_type, file_size FROM information_schema.innodb_tablespaces"
                    + " WHERE space IN (" + String.join(", ", some) + ")");
            for (int i = 0; i < rows.size(); i++) {
                Path path = names.resolveTablespace(
                        byId.getOrDefault(rows.text(i, 0), ""), rows.text(i, 1).equals("General"));
                long size = Rows.number(rows.text(i, 2)).orElse(0);
                request.target().pathMappings().values().stream()
                        .filter(path::startsWith)
                        .findFirst()
                        .ifPresent(local -> bytes.merge(local, size, Long::sum));
            }
        }
        return bytes;
    }

    private static Finding compare(RoomByVolume room) {
        boolean isOne = room.needs().size() == 1;
        String text = room.needs().stream()
                .map(need -> "about " + mebibytes(need.bytes()) + " are needed" + (isOne ? "" : " in " + names(need))
                        + ", " + free(need))
                .collect(joining("; "));
        List<Need> tooSmall = room.needs().stream().filter(Need::isShort).toList();
        if (!tooSmall.isEmpty()) {
            return Finding.problem(SPACE, CloneErrorCode.DISK_FULL, text, remedy(tooSmall));
        }
        Optional<Need> tight = room.needs().stream().filter(Need::isTight).findFirst();
        return tight.isEmpty()
                ? Finding.ok(SPACE, text)
                : Finding.warning(
                        SPACE,
                        text + "; that is too little for "
                                + mebibytes(tight.get().margin()) + " more " + RoomByVolume.MARGIN_REASON,
                        Failure.DiskFull.MARGIN.hint());
    }

    private static String names(Need need) {
        return need.directories().stream().map(Path::toString).collect(joining(", "));
    }

    private static String free(RoomByVolume room) {
        return room.hasUnknown()
                ? ""
                : room.needs().stream()
                        .map(need -> free(need) + " in " + names(need))
                        .collect(joining(", "));
    }

    private static String free(Need need) {
        String free = mebibytes(need.free().orElse(0L)) + " are free";
        return need.freed() == 0
                ? free
                : free + ", and " + mebibytes(need.freed()) + " more after the present content is deleted";
    }

    private static String remedy(List<Need> tooSmall) {
        String remedy = "Free space there, or choose another --dir.";
        return tooSmall.stream().allMatch(need -> RoomByVolume.sum(need.free().orElse(0L), need.old()) >= need.bytes())
                ? remedy
                        + " There is space for one of the two: --replace=drop-first deletes the old data before it copies;"
                        + " if the clone then fails, there is neither."
                : remedy;
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}

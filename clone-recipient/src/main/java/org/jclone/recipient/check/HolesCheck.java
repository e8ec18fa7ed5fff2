package org.jclone.recipient.check;

import static org.jclone.recipient.api.CheckItem.PAGE_COMPRESSION;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;
import org.jclone.recipient.storage.HolePuncher;
import org.jclone.recipient.storage.Volume;

/**
 * Checks whether page-compressed tables keep their holes on the target's file system. A server punches a hole behind each
 * compressed page, in blocks of its file system; jclone punches the same ones.
 */
final class HolesCheck {

    private static final String COMPRESSED = "SELECT table_schema, table_name FROM information_schema.tables"
            + " WHERE create_options LIKE '%COMPRESSION=\"%' AND create_options NOT LIKE '%COMPRESSION=\"none\"%'"
            + " LIMIT " + SqlSession.MAX_ROWS;

    private final CloneRequest request;

    HolesCheck(CloneRequest request) {
        this.request = request;
    }

    Finding find(DonorView donor) throws SqlException, CloneException {
        if (!donor.seesProcesses()) {
            return Finding.unknown(
                    PAGE_COMPRESSION, "whether tablespaces have holes cannot be seen", donor.grantProcess());
        }
        if (request.target().directory().isPresent()) {
            Optional<Finding> unusable = unusable(donor);
            if (unusable.isPresent()) {
                return unusable.get();
            }
        }
        Rows holes = donor.query("SELECT COUNT(*), COALESCE(SUM(file_size - allocated_size), 0),"
                + " COALESCE(MIN(fs_block_size), 0) FROM information_schema.innodb_tablespaces"
                + " WHERE allocated_size < file_size");
        long count = Rows.number(holes.text(0, 0)).orElse(0);
        if (count == 0) {
            return Finding.ok(PAGE_COMPRESSION, "no tablespace has holes");
        }
        long bytes = Rows.number(holes.text(0, 1)).orElse(0);
        String text =
                count + (count == 1 ? " tablespace has" : " tablespaces have") + " holes of " + (bytes >> 20) + " MiB";
        if (request.target().directory().isEmpty()) {
            return Finding.unknown(PAGE_COMPRESSION, text + "; give --dir to compare the file systems");
        }
        Path folder = new PlaceCheck(request).existingFolder();
        long blockOfDonor = Rows.number(holes.text(0, 2)).orElse(0);
        return compare(text, bytes, folder, Volume.blockSize(folder), blockOfDonor);
    }

    /** A clone refuses such a table whether or not its file has holes. */
    private Optional<Finding> unusable(DonorView donor) throws SqlException, CloneException {
        Path folder = new PlaceCheck(request).existingFolder();
        int block = Volume.blockSize(folder);
        Optional<String> found = encryptedInOtherBlocks(donor, block)
                .map(table -> table + " is compressed and encrypted in blocks of another size than the " + block
                        + " bytes of " + folder);
        String why = "A server reads such pages in the blocks of its own file system. ";
        return found.map(text -> request.target().pathMappings().isEmpty()
                ? Finding.problem(
                        PAGE_COMPRESSION,
                        CloneErrorCode.INCOMPATIBLE,
                        text,
                        why + "Choose a --dir on a file system with the donor's block size.")
                : Finding.warning(
                        PAGE_COMPRESSION,
                        text,
                        why + "The clone compares where --map-path puts the tablespace, and fails if the sizes"
                                + " differ there."));
    }

    private static Finding compare(String text, long bytes, Path folder, int block, long blockOfDonor) {
        Optional<Boolean> punches = HolePuncher.isPossibleIn(folder);
        String more =
                "They take up to " + (bytes >> 20) + " MiB more than on the donor. The space needed includes that.";
        if (punches.isPresent() && !punches.get()) {
            return Finding.warning(
                    PAGE_COMPRESSION, text + ", and the file system of " + folder + " does not support them", more);
        }
        if (blockOfDonor > 0 && block > blockOfDonor) {
            return Finding.warning(
                    PAGE_COMPRESSION,
                    text + " in blocks of " + blockOfDonor + " bytes, and " + folder + " has blocks of " + block,
                    more);
        }
        return punches.isPresent()
                ? Finding.ok(PAGE_COMPRESSION, text + ", which " + folder + " supports")
                : Finding.unknown(PAGE_COMPRESSION, text + "; whether " + folder + " supports them cannot be tested");
    }

    /** Returns the first table that a clone would refuse. Misses tables whose tablespace has another name; the clone itself detects those. */
    private static Optional<String> encryptedInOtherBlocks(DonorView donor, int block)
            throws SqlException, CloneException {
        Rows encrypted = donor.query("SELECT name FROM information_schema.innodb_tablespaces WHERE encryption = 'Y'"
                + " AND fs_block_size <> " + block + " LIMIT " + SqlSession.MAX_ROWS);
        if (encrypted.isEmpty()) {
            return Optional.empty();
        }
        Set<String> compressed = new HashSet<>();
        Rows tables = donor.query(COMPRESSED);
        for (int i = 0; i < tables.size(); i++) {
            compressed.add(tables.text(i, 0) + '/' + tables.text(i, 1));
        }
        return encrypted.rows().stream()
                .map(row -> row.get(0).orElse(""))
                .filter(compressed::contains)
                .findFirst();
    }
}

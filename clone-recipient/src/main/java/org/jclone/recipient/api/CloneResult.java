package org.jclone.recipient.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A finished clone. Everything it speaks of is on disk and flushed.
 *
 * @param donor where it came from
 * @param donorVersion the donor's {@code version}
 * @param directory a data directory that a {@code mysqld} of a fitting version starts on
 * @param files data and redo files written
 * @param dataBytes bytes of files received in all stages, also before the clone was resumed
 * @param earlierBytes those of them that came before the clone was resumed, about
 * @param networkBytes bytes received on all connections since
 * @param maxConnections most data connections in use at one time
 * @param elapsed from the first connection attempt to the last flush
 * @param stages one entry a stage
 * @param relocated donor's absolute path to local path, for tablespaces outside its data directory
 * @param encryption what a server needs for the encrypted data; empty if there is none
 * @param donorSettings what the donor said of itself: {@code version}, {@code innodb_page_size} and the like
 * @param configuration what the server on the clone needs, and how it fits
 * @param otherEngines the donor's tables that InnoDB does not hold, of which the clone has no rows; empty if the donor
 *     was not asked or did not answer
 */
public record CloneResult(
        DonorAddress donor,
        String donorVersion,
        Path directory,
        long files,
        long dataBytes,
        long earlierBytes,
        long networkBytes,
        int maxConnections,
        Duration elapsed,
        List<StageProgress> stages,
        Map<String, Path> relocated,
        Optional<TargetEncryption> encryption,
        Map<String, String> donorSettings,
        TargetConfiguration configuration,
        Optional<OtherEngines> otherEngines) {

    public CloneResult {
        stages = List.copyOf(stages);
        relocated = Map.copyOf(relocated);
        donorSettings = Map.copyOf(donorSettings);
    }

    /** The same clone after it was moved as a whole. */
    public CloneResult movedTo(Path newDirectory) {
        Map<String, Path> moved = new HashMap<>();
        relocated.forEach((from, to) ->
                moved.put(from, to.startsWith(directory) ? newDirectory.resolve(directory.relativize(to)) : to));
        return new CloneResult(
                donor,
                donorVersion,
                newDirectory,
                files,
                dataBytes,
                earlierBytes,
                networkBytes,
                maxConnections,
                elapsed,
                stages,
                moved,
                encryption,
                donorSettings,
                configuration,
                otherEngines);
    }
}

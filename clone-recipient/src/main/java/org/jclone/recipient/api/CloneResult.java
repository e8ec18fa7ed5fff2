package org.jclone.recipient.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A finished clone. All its files are flushed to disk.
 *
 * @param donor the donor's address
 * @param donorVersion the donor's {@code version}
 * @param directory a data directory on which a {@code mysqld} of a compatible version starts
 * @param files data and redo files written
 * @param dataBytes bytes of files received in all stages, including those before the clone was resumed
 * @param earlierBytes approximately how many of them arrived before the clone was resumed
 * @param networkBytes bytes received on all connections since the clone was last resumed
 * @param maxConnections most data connections in use at one time
 * @param elapsed from the first connection attempt to the last flush
 * @param stages one entry per stage
 * @param relocated donor's absolute path to local path, for tablespaces outside its data directory
 * @param encryption what a server needs for the encrypted data; empty if there is none
 * @param donorSettings the donor's settings: {@code version}, {@code innodb_page_size} and others
 * @param configuration what the server on the clone needs, and whether it is compatible
 * @param otherEngines the donor's tables in other engines, whose rows the clone lacks; empty if the donor was not asked or did not answer
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

    /**
     * {@return the result for the same clone moved to another directory}
     *
     * @param newDirectory where it is now
     */
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

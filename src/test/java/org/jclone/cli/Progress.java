package org.jclone.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.recipient.api.CarriedReplication;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.Compatibility;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.api.OtherEngines;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.api.StageProgress.State;
import org.jclone.recipient.api.TargetConfiguration;

/** Invented states of a clone, for tests of the output. */
public final class Progress {

    /** A donor that is no replica, has no events, and loads the plugin at its start. */
    public static final CarriedReplication NO_REPLICA = new CarriedReplication(
            List.of(), false, Optional.empty(), OptionalLong.of(0), Optional.of(true), List.of());

    public static final long MIB = 1L << 20;
    public static final Instant BEGIN = Instant.parse("2026-01-31T12:00:00Z");

    private Progress() {}

    /** In FILE COPY, with 812 MiB/s, 2 s left and 4 connections. */
    public static CloneProgress inFileCopy(long dataBytes, long estimatedBytes) {
        return progress(fileCopy(dataBytes, estimatedBytes), Optional.of(CloneStage.FILE_COPY));
    }

    /** In FILE COPY, with numbers that are as long as they get. */
    public static CloneProgress inLongestFileCopy() {
        List<StageProgress> stages =
                progress(fileCopy(1023 * MIB, 1023 * MIB), Optional.empty()).stages();
        return new CloneProgress(
                stages,
                Optional.of(CloneStage.FILE_COPY),
                16,
                1023 * MIB,
                1023 * MIB,
                Optional.of(Duration.ofHours(10).minusSeconds(1)));
    }

    private static StageProgress fileCopy(long dataBytes, long estimatedBytes) {
        return new StageProgress(
                CloneStage.FILE_COPY,
                State.IN_PROGRESS,
                4,
                Optional.of(BEGIN),
                Optional.empty(),
                estimatedBytes,
                dataBytes,
                dataBytes + 100);
    }

    /** No stage is running. */
    public static CloneProgress idle() {
        return progress(StageProgress.notStarted(CloneStage.FILE_COPY), Optional.empty());
    }

    private static CloneProgress progress(StageProgress stage, Optional<CloneStage> current) {
        List<StageProgress> stages = new ArrayList<>();
        for (CloneStage each : CloneStage.values()) {
            stages.add(each == stage.stage() ? stage : StageProgress.notStarted(each));
        }
        return new CloneProgress(stages, current, 4, 812 * MIB, 813 * MIB, Optional.of(Duration.ofSeconds(2)));
    }

    public static StageProgress completed(CloneStage stage, long dataBytes, Duration elapsed) {
        return new StageProgress(
                stage,
                State.COMPLETED,
                4,
                Optional.of(BEGIN),
                Optional.of(BEGIN.plus(elapsed)),
                dataBytes,
                dataBytes,
                dataBytes);
    }

    public static CloneResult result(Map<String, Path> relocated, Map<String, String> donorSettings) {
        return result(relocated, donorSettings, Optional.empty());
    }

    /** A complete clone with its settings in a file. */
    public static CloneResult result(
            Map<String, Path> relocated, Map<String, String> donorSettings, Optional<Path> configFile) {
        return result(relocated, donorSettings, Map.of(), configFile, NO_REPLICA);
    }

    /**
     * A complete clone of a donor with replication.
     *
     * @param directories of InnoDB besides the data directory, by their variables
     */
    public static CloneResult result(
            Map<String, Path> relocated,
            Map<String, String> donorSettings,
            Map<String, String> directories,
            Optional<Path> configFile,
            CarriedReplication carried) {
        return result(relocated, donorSettings, directories, configFile, carried, 0);
    }

    /** A clone that was resumed after {@code earlierBytes}. */
    public static CloneResult resumed(long earlierBytes) {
        return result(Map.of(), Map.of(), Map.of(), Optional.empty(), NO_REPLICA, earlierBytes);
    }

    /** A clone that was not compared with its server in all of these. */
    public static CloneResult notCompared(List<String> notChecked) {
        return result(Map.of(), Map.of(), Map.of(), Optional.empty(), NO_REPLICA, 0, notChecked);
    }

    private static CloneResult result(
            Map<String, Path> relocated,
            Map<String, String> donorSettings,
            Map<String, String> directories,
            Optional<Path> configFile,
            CarriedReplication carried,
            long earlierBytes) {
        return result(
                relocated,
                donorSettings,
                directories,
                configFile,
                carried,
                earlierBytes,
                List.of("plugins (tell --plugin-dir)"));
    }

    private static CloneResult result(
            Map<String, Path> relocated,
            Map<String, String> donorSettings,
            Map<String, String> directories,
            Optional<Path> configFile,
            CarriedReplication carried,
            long earlierBytes,
            List<String> notChecked) {
        return new CloneResult(
                new DonorAddress("db1", 3306),
                "9.7.4",
                Path.of("/data/mysql"),
                312,
                4300 * MIB,
                earlierBytes,
                4310 * MIB,
                4,
                Duration.ofMillis(5100),
                List.of(
                        completed(CloneStage.FILE_COPY, 4200 * MIB, Duration.ofMillis(4800)),
                        completed(CloneStage.PAGE_COPY, 0, Duration.ofMillis(20)),
                        completed(CloneStage.REDO_COPY, 100 * MIB, Duration.ofMillis(200))),
                relocated,
                Optional.empty(),
                donorSettings,
                new TargetConfiguration(
                        "[mysqld]\ninnodb_page_size=16384\n",
                        List.of("innodb_page_size=16384"),
                        directories,
                        configFile,
                        new Compatibility(
                                List.of(new Mismatch(
                                        Mismatch.Severity.HARMLESS, "version", "9.7.4", "9.7.4-1", "No harm.")),
                                notChecked),
                        carried),
                Optional.of(new OtherEngines(1, List.of(new OtherEngines.Table("shop", "log\u001b", "MyISAM")), true)));
    }
}

package org.jclone.recipient.status;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.CloneStatus;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.StorageErrors;

/** Reads the files that {@link StatusFiles} writes, also after a server has updated them. It takes no lock and changes nothing. */
public final class StatusReader {

    private static final int MOST_BYTES = 16 << 20;
    private static final int STAGE_COUNT = 7;
    private static final int GTID_LINE = 7;

    /** A clone writes once a second; the margin is for a loaded machine or a slow disk. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(20);

    private static final List<String> LATER_STAGES = List.of("RESTART", "RECOVERY");

    private final Clock clock;

    public StatusReader(Clock clock) {
        this.clock = clock;
    }

    /**
     * @return empty if there is no clone in {@code directory}, nor beside its old data
     * @throws CloneException if the files cannot be read
     */
    public Optional<CloneStatus> read(Path directory) throws CloneException {
        Path staging = directory.resolve(DataDirectory.STAGING);
        if (Files.exists(CloneFolder.in(staging).viewStatus(), LinkOption.NOFOLLOW_LINKS)) {
            return readHere(staging);
        }
        return readHere(directory);
    }

    private Optional<CloneStatus> readHere(Path directory) throws CloneException {
        CloneFolder folder = CloneFolder.in(directory);
        Optional<List<String>> status = lines(folder.viewStatus());
        boolean unfinished = folder.isMarked();
        if (status.isEmpty()) {
            return unfinished ? Optional.of(justBegun(directory)) : Optional.empty();
        }
        List<String> progress = lines(folder.viewProgress()).orElse(List.of());
        Optional<CloneStatus.Live> live =
                progress.isEmpty() ? Optional.empty() : LiveLine.parse(progress.get(progress.size() - 1));
        CloneStatus.State state = state(status.get(), unfinished, live);
        boolean running = state == CloneStatus.State.IN_PROGRESS;
        return Optional.of(new CloneStatus(
                directory,
                state,
                time(word(status.get(), 1, 0)),
                time(word(status.get(), 1, 1)),
                line(status.get(), 2),
                running ? 0 : (int) StageLine.number(line(status.get(), 3)),
                running ? "" : line(status.get(), 4),
                line(status.get(), 5),
                StageLine.number(line(status.get(), 6)),
                String.join(
                        "",
                        status.get()
                                .subList(
                                        Math.min(GTID_LINE, status.get().size()),
                                        status.get().size())),
                stages(progress, running),
                live.filter(each -> running)));
    }

    /** Describes a directory that is marked as unfinished but has no status yet. */
    private static CloneStatus justBegun(Path directory) {
        return new CloneStatus(
                directory,
                CloneStatus.State.INTERRUPTED,
                Optional.empty(),
                Optional.empty(),
                "",
                0,
                "",
                "",
                0,
                "",
                stages(List.of(), false),
                Optional.empty());
    }

    private CloneStatus.State state(List<String> status, boolean unfinished, Optional<CloneStatus.Live> live) {
        long written = StageLine.number(word(status, 0, 0));
        if (written == StageProgress.State.COMPLETED.fileCode()) {
            return unfinished ? CloneStatus.State.INTERRUPTED : CloneStatus.State.COMPLETED;
        }
        if (written == StageProgress.State.FAILED.fileCode()) {
            return CloneStatus.State.FAILED;
        }
        return live.filter(this::isAlive).isPresent() ? CloneStatus.State.IN_PROGRESS : CloneStatus.State.INTERRUPTED;
    }

    /** Decides by the time of the last update: the process may run in another container, where its PID means nothing to us. */
    private boolean isAlive(CloneStatus.Live live) {
        return Duration.between(live.updated(), clock.instant()).compareTo(LONGEST_SILENCE) < 0;
    }

    private static List<CloneStatus.Stage> stages(List<String> lines, boolean running) {
        List<CloneStatus.Stage> stages = new ArrayList<>();
        for (int i = 0; i < STAGE_COUNT; i++) {
            CloneStage[] own = CloneStage.values();
            String name = i < own.length ? own[i].displayName() : LATER_STAGES.get(i - own.length);
            stages.add(stage(name, line(lines, i + 1), running));
        }
        return stages;
    }

    private static CloneStatus.Stage stage(String name, String line, boolean running) {
        StageLine read = StageLine.parse(line);
        StageProgress.State state = state(
                read.state(), running && read.begin().isPresent() && read.end().isEmpty());
        double seconds = read.begin().isPresent() && read.end().isPresent()
                ? Math.max(
                        1e-3,
                        Duration.between(read.begin().get(), read.end().get()).toNanos() / 1e9)
                : 0;
        return new CloneStatus.Stage(
                name,
                state,
                read.begin(),
                read.end(),
                read.connections(),
                read.estimatedBytes(),
                read.dataBytes(),
                read.networkBytes(),
                seconds == 0 ? 0 : (long) (read.dataBytes() / seconds),
                seconds == 0 ? 0 : (long) (read.networkBytes() / seconds));
    }

    /** A running stage is recorded as failed, so that a crash is visible as a failure. */
    private static StageProgress.State state(long written, boolean underWay) {
        if (underWay) {
            return StageProgress.State.IN_PROGRESS;
        }
        for (StageProgress.State state : StageProgress.State.values()) {
            if (state.fileCode() == written) {
                return state;
            }
        }
        return StageProgress.State.NOT_STARTED;
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index) : "";
    }

    private static String word(List<String> lines, int line, int index) {
        String[] words = line(lines, line).split(" ", -1);
        return index < words.length ? words[index] : "";
    }

    private static Optional<Instant> time(String micros) {
        return StageLine.time(StageLine.number(micros));
    }

    /** Reads the lines of {@code file}; empty if it does not exist. */
    private static Optional<List<String>> lines(Path file) throws CloneException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            return Optional.of(text.lines().toList());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageErrors.of("read", file, -1, e);
        }
    }
}

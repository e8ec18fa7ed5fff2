package org.jclone.recipient.replace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.DataDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectorySwapTest {

    private static final Map<String, String> OLD = Map.of(
            "ibdata1", "old", "shop/a.ibd", "old a", "only_old/b.ibd", "old b", "#clone/#view_status", "old status");
    private static final Map<String, String> NEW = Map.of(
            "ibdata1",
            "new",
            "shop/a.ibd",
            "new a",
            "only_new/c.ibd",
            "new c",
            "#clone/#view_status",
            "new status",
            "#clone/#status_fix",
            "",
            "#innodb_redo/#ib_redo0",
            "new redo");

    @TempDir
    Path temp;

    /** Simulates a kill: nothing of the process runs after it. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private Path directory(int number) throws IOException {
        Path directory = temp.resolve("data" + number);
        write(directory, OLD);
        write(directory.resolve(DataDirectory.STAGING), NEW);
        return directory;
    }

    private static void write(Path directory, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    private static Map<String, String> filesOf(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        if (!Files.exists(directory)) {
            return files;
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.filter(Files::isRegularFile).toList()) {
                String name = directory.relativize(path).toString();
                if (!name.startsWith(".jclone")) {
                    files.put(name, Files.readString(path));
                }
            }
        }
        return files;
    }

    private static boolean isMarked(Path directory) {
        return Files.exists(directory.resolve("#clone/#status_in_progress"));
    }

    private static final Map<String, String> OLD_UNDO = Map.of("undo_001", "old", "old.ibu", "old u");
    private static final Map<String, String> NEW_UNDO = Map.of("undo_001", "new", "new.ibu", "new u");

    /** Another directory that takes part, with a blank and a non-ASCII character in its name. */
    private Path other(int number) throws IOException {
        Path other = temp.resolve("undo \u00fc" + number);
        write(other, OLD_UNDO);
        write(other.resolve(DataDirectory.STAGING), NEW_UNDO);
        return other;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKillBeforeAnyStepLeavesOldOrNewDataCompleteAndTheNextRunFinishes(boolean keepOld) throws Exception {
        int steps = 0;
        for (int killAt = 0; ; killAt++) {
            Path directory = directory(killAt);
            Path other = other(killAt);
            int[] left = {killAt};
            DirectorySwap swap = new DirectorySwap(directory, List.of(other), keepOld, step -> {
                if (left[0]-- == 0) {
                    throw new Killed();
                }
            });
            boolean killed = false;
            try {
                swap.prepare();
                swap.commit();
            } catch (Killed e) {
                killed = true;
            }
            Map<String, String> files = filesOf(directory);
            Map<String, String> undo = filesOf(other);
            assertThat(files.equals(OLD) && undo.equals(OLD_UNDO)
                            || files.equals(NEW) && undo.equals(NEW_UNDO)
                            || isMarked(directory))
                    .as("killed before step " + killAt + ": " + files + undo)
                    .isTrue();

            boolean begun = DirectorySwap.isUnderWay(directory);
            new DirectorySwap(directory, List.of(), false).finish();

            boolean isOld = killed && !begun && killAt == 0;
            assertThat(filesOf(directory)).as("after step " + killAt).isEqualTo(isOld ? OLD : NEW);
            assertThat(filesOf(other)).as("after step " + killAt).isEqualTo(isOld ? OLD_UNDO : NEW_UNDO);
            assertThat(DirectorySwap.isUnderWay(directory)).isFalse();
            if (killAt > 0) {
                assertThat(directory.resolve(DataDirectory.STAGING)).doesNotExist();
                assertThat(other.resolve(DataDirectory.STAGING)).doesNotExist();
                assertThat(filesOf(directory.resolve(OwnNames.OLD))).isEqualTo(keepOld ? OLD : Map.of());
                assertThat(filesOf(other.resolve(OwnNames.OLD))).isEqualTo(keepOld ? OLD_UNDO : Map.of());
            }
            if (!killed) {
                break;
            }
            steps++;
        }
        assertThat(steps).isGreaterThan(20);
    }

    @Test
    void aKillOfTheFinishingRunIsFinishedByTheNext() throws Exception {
        for (int first = 1; first < 12; first++) {
            for (int second = 0; second < 12; second++) {
                Path directory = directory(first * 100 + second);
                for (int killAt : new int[] {first, second}) {
                    int[] left = {killAt};
                    DirectorySwap swap = new DirectorySwap(directory, List.of(), false, step -> {
                        if (left[0]-- == 0) {
                            throw new Killed();
                        }
                    });
                    try {
                        if (DirectorySwap.isUnderWay(directory)) {
                            swap.finish();
                        } else {
                            swap.commit();
                        }
                    } catch (Killed e) {
                        assertThat(e).isNotNull();
                    }
                }
                new DirectorySwap(directory, List.of(), false).finish();
                assertThat(filesOf(directory)).as(first + ", " + second).isEqualTo(NEW);
            }
        }
    }

    @Test
    void leavesTheMarkToTheCallerAndKeepsTheOldData() throws Exception {
        Path directory = directory(0);
        DirectorySwap swap = DirectorySwap.markedToTheEnd(directory, List.of());

        swap.commit();

        assertThat(isMarked(directory)).isTrue();
        assertThat(filesOf(directory.resolve(OwnNames.OLD))).isEqualTo(OLD);
        swap.unmark();
        assertThat(filesOf(directory)).isEqualTo(NEW);
        swap.removeOldData();
        assertThat(directory.resolve(OwnNames.OLD)).doesNotExist();
    }

    /** At no instant may a server start on data that is neither. */
    @Test
    void aRestorationThatIsKilledBeforeAnyStepIsFinishedByTheNext() throws Exception {
        int steps = 0;
        for (int killAt = 0; ; killAt++) {
            Path directory = directory(killAt);
            Path other = other(killAt);
            DirectorySwap.markedToTheEnd(directory, List.of(other)).commit();
            int[] left = {killAt};
            boolean killed = false;
            try {
                DirectorySwap.markedToTheEnd(directory, List.of(other), step -> {
                            if (left[0]-- == 0) {
                                throw new Killed();
                            }
                        })
                        .restore();
            } catch (Killed e) {
                killed = true;
            }
            assertThat(isMarked(directory)
                            || filesOf(directory).equals(OLD) && filesOf(other).equals(OLD_UNDO))
                    .as("killed before step " + killAt)
                    .isTrue();

            DirectorySwap.markedToTheEnd(directory, List.of(other)).restore();

            assertThat(filesOf(directory)).as("after step " + killAt).isEqualTo(OLD);
            assertThat(filesOf(other)).as("after step " + killAt).isEqualTo(OLD_UNDO);
            assertThat(directory.resolve(OwnNames.OLD)).doesNotExist();
            if (!killed) {
                break;
            }
            steps++;
        }
        assertThat(steps).isGreaterThan(20);
    }

    /** A clone that is not exchanged yet is no old data. */
    @Test
    void restoresNothingBeforeTheExchange() throws Exception {
        Path directory = directory(0);

        DirectorySwap.markedToTheEnd(directory, List.of()).restore();

        assertThat(filesOf(directory)).isEqualTo(OLD);
        assertThat(filesOf(directory.resolve(DataDirectory.STAGING))).isEqualTo(NEW);
    }

    @Test
    void refusesADirectoryInUse() throws Exception {
        Path directory = directory(0);
        try (FileChannel channel = FileChannel.open(directory.resolve("ibdata1"), StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            DirectorySwap.leftToCaller(directory, List.of()).prepare(); // the old server may run during the copy
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(() -> new DirectorySwap(directory, List.of(), false).prepare())
                    .withMessage(directory + " is in use: a mysqld holds a lock on ibdata1")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE));
        }
        assertThat(filesOf(directory)).isEqualTo(OLD);
    }

    @Test
    void refusesAnotherDirectoryInUse() throws Exception {
        Path directory = directory(0);
        Path other = other(0);
        DirectorySwap swap = new DirectorySwap(directory, List.of(other), false);
        try (FileChannel channel = FileChannel.open(other.resolve("undo_001"), StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(swap::prepare)
                    .withMessage(other + " is in use: a mysqld holds a lock on undo_001");
            assertThatExceptionOfType(CloneException.class).isThrownBy(swap::commit);
        }
        assertThat(filesOf(directory)).isEqualTo(OLD);
        assertThat(filesOf(other)).isEqualTo(OLD_UNDO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"home/", "mysql/", "binlog.000001", "relay-bin.1000000", "t.ibd", "auto.cnf"})
    void replacesNoOtherDirectoryThatHoldsMoreThanInnodbsFiles(String name) throws Exception {
        Path directory = directory(0);
        Path other = other(0);
        Path foreign = other.resolve(name);
        if (name.endsWith("/")) {
            Files.createDirectory(foreign);
        } else {
            Files.writeString(foreign, "precious");
        }
        DirectorySwap swap = new DirectorySwap(directory, List.of(other), false);
        String message = other + " holds " + foreign.getFileName()
                + ", which is no undo tablespace, redo log or system tablespace";

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(swap::prepare)
                .withMessage(message);
        assertThatExceptionOfType(CloneException.class).isThrownBy(swap::commit).withMessage(message);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> new OldData(directory, List.of(other), swap, true).drop())
                .withMessage(message);
        assertThat(foreign).exists();
        assertThat(filesOf(directory)).isEqualTo(OLD);
    }

    @Test
    void replacesWhatAServerKeepsInAnotherDirectory() throws Exception {
        Path directory = directory(0);
        Path other = other(0);
        for (String folder : List.of("#innodb_redo", "#innodb_temp", "lost+found")) {
            Files.createDirectory(other.resolve(folder));
        }
        for (String file : List.of("ibdata1", "sys2", "ibtmp1", "ib_buffer_pool", "ib_logfile0", "#ib_16384_0.dblwr")) {
            Files.writeString(other.resolve(file), "old");
        }

        new DirectorySwap(directory, List.of(other), false).check();
    }

    @Test
    void refusesToDeleteDataThatAnEarlierRunKeptInAnotherDirectory() throws Exception {
        Path directory = directory(0);
        Path other = other(0);
        Files.createDirectory(other.resolve(OwnNames.OLD));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> new DirectorySwap(directory, List.of(other), false).prepare())
                .withMessage(
                        other
                                + " still holds older data in .jclone-old, kept by an earlier --keep-old or by jclone provision");
    }

    @Test
    void refusesToDeleteDataThatAnEarlierRunKept() throws Exception {
        Path directory = directory(0);
        Files.createDirectory(directory.resolve(OwnNames.OLD));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> new DirectorySwap(directory, List.of(), false).prepare())
                .withMessageContaining("still holds older data in .jclone-old");
    }

    @Test
    void trustsNoJournalThatItDidNotWrite() throws Exception {
        Path directory = directory(0);
        for (String content : new String[] {
            "",
            "jclone swap 2\nCLEAN\nkeep\n",
            "jclone swap 1\nCLEAN\nkeep\nfile:///undo\n",
            "jclone swap 2\nCLEAN\nkeep\nundo\n",
            "jclone swap 2\nCLEAN\nkeep\nhttp://undo/\n",
            "jclone swap 1\nSOON\nkeep\n"
        }) {
            Files.writeString(directory.resolve(DataDirectory.SWAP_JOURNAL), content);
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> new DirectorySwap(directory, List.of(), false).finish());
        }
        assertThat(filesOf(directory)).isEqualTo(OLD);
    }
}

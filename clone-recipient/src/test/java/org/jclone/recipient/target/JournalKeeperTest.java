package org.jclone.recipient.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.apply.ChunkMap;
import org.jclone.recipient.journal.Journal;
import org.jclone.recipient.journal.JournalFile;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.DataDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalKeeperTest {

    @TempDir
    Path root;

    private final AtomicLong nanos = new AtomicLong();
    private final CompletableFuture<CloneException> failure = new CompletableFuture<>();
    private Path path;
    private DataDirectory directory;
    private TargetFiles files;

    @BeforeEach
    void open() throws CloneException, IOException {
        path = new CloneFolder(Files.createDirectories(root.resolve("#clone"))).journal();
        directory = new DataDirectory(root, Map.of());
        CloneRequest request = CloneRequest.builder()
                .donor(new DonorAddress("db1", 3306))
                .login(LoginSettings.of("clone_user", Password.empty()))
                .target(it -> it.withDirectory(root))
                .build();
        files = new TargetFiles(
                request.target(), TestSnapshots.donor(Map.of()), TestSnapshots.empty(), directory, true, event -> {});
    }

    @AfterEach
    void close() throws CloneException {
        files.close();
    }

    private JournalKeeper keeper(LongSupplier receivedBytes) throws CloneException {
        return new JournalKeeper(
                new Journal(JournalFile.create(path)), directory, files, receivedBytes, failure::complete, nanos::get);
    }

    /** What it had taken to be noted is lost, so no later step may succeed. */
    @Test
    void stopsForGoodAfterAFailedFlush() throws Exception {
        OutOfMemoryError error = new OutOfMemoryError("made");
        boolean[] made = new boolean[1];
        try (JournalKeeper keeper = keeper(() -> {
            if (!made[0]) {
                made[0] = true;
                throw error;
            }
            return 0;
        })) {
            keeper.begin(new ChunkMap(16384), Optional.empty());

            CloneException told = failure.get(10, TimeUnit.SECONDS);
            assertThat(told.code()).isEqualTo(CloneErrorCode.INTERNAL);
            assertThat(told).hasCause(error);
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(keeper::endState)
                    .isSameAs(told);
        }
        assertThat(path).isEmptyFile();
    }

    @Test
    void isAbortedByAnInterrupt() throws Exception {
        try (JournalKeeper keeper = keeper(() -> 0)) {
            keeper.begin(new ChunkMap(16384), Optional.empty());
            Thread.currentThread().interrupt();

            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(keeper::endState)
                    .withMessageStartingWith("interrupted")
                    .satisfies(stopped -> assertThat(stopped.code()).isEqualTo(CloneErrorCode.ABORTED));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Through the page cache a flush may take a minute, and who stopped the clone waits. */
    @ParameterizedTest
    @CsvSource({"0, true", "2100, false"})
    void flushesOnceMoreBeforeItRestsIfThatIsQuick(long millis, boolean flushed) throws Exception {
        AtomicBoolean slow = new AtomicBoolean(true);
        try (JournalKeeper keeper = keeper(() -> {
            if (slow.getAndSet(false)) {
                nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
            }
            return 0;
        })) {
            keeper.begin(new ChunkMap(16384), Optional.empty());
            keeper.endState();
            Path written = Files.createFile(root.resolve("ibdata1"));
            files.open().release(files.open().acquire(written));
            keeper.rest();
            assertThat(files.open().drainWritten().isEmpty()).isEqualTo(flushed);
        }
    }
}

package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jclone.cli.Progress;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StageProgress;
import org.junit.jupiter.api.Test;

class ReportersTest {

    private static final long MIB = Progress.MIB;
    private static final long SECOND = 1_000_000_000;

    private static final List<CloneEvent> EVENTS = List.of(
            new CloneEvent.Connected(new DonorAddress("db1", 3306), "9.7.4", "TLSv1.3 TLS_AES_128_GCM_SHA256"),
            new CloneEvent.SnapshotOpened(312, 4096 * MIB, 5120 * MIB),
            new CloneEvent.StageStarted(StageProgress.notStarted(CloneStage.FILE_COPY)),
            new CloneEvent.ConnectionsChanged(4, "more is faster"),
            new CloneEvent.FileChanged("shop/t.ibd", "dropped"),
            new CloneEvent.TablespaceRelocated("/outside/x.ibd", "/data/x.ibd"),
            new CloneEvent.Warning("no direct I/O", "Another file system has it."),
            new CloneEvent.StageCompleted(Progress.completed(CloneStage.FILE_COPY, 4096 * MIB, Duration.ofSeconds(4))),
            new CloneEvent.StageCompleted(Progress.completed(CloneStage.PAGE_COPY, 0, Duration.ofSeconds(1))));

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final Screen screen = new Screen(stream);
    private final AtomicLong nanos = new AtomicLong(7);

    @Test
    void drawsABarAndPrintsALineForEachCompleteStage() {
        BarReporter reporter = new BarReporter(screen, 108);
        reporter.onProgress(Progress.inFileCopy(1024 * MIB, 4096 * MIB));
        reporter.onProgress(Progress.inFileCopy(2130 * MIB, 4096 * MIB));
        reporter.onEvent(EVENTS.get(EVENTS.size() - 2));
        reporter.onProgress(Progress.idle());
        assertThat(withoutControls())
                .isEqualTo("FILE COPY  [######------------------]   25 %  1.00 GiB of 4.00 GiB  812 MiB/s  0:02 left"
                        + "  4 connections"
                        + "FILE COPY  [############------------]   52 %  2.08 GiB of 4.00 GiB  812 MiB/s  0:02 left"
                        + "  4 connections"
                        + "FILE COPY  4.00 GiB in 4.00 s, 1.00 GiB/s\n");
    }

    @Test
    void makesTheBarShorterOnANarrowTerminal() {
        new BarReporter(screen, 92).onProgress(Progress.inFileCopy(1024 * MIB, 4096 * MIB));
        assertThat(withoutControls())
                .isEqualTo("FILE COPY  [##------]   25 %  1.00 GiB of 4.00 GiB  812 MiB/s  0:02 left  4 connections");
    }

    @Test
    void omitsTheBarOnANarrowerTerminal() {
        new BarReporter(screen, 91).onProgress(Progress.inFileCopy(4096 * MIB, 4096 * MIB));
        assertThat(withoutControls())
                .isEqualTo("FILE COPY  100 %  4.00 GiB of 4.00 GiB  812 MiB/s  0:02 left  4 connections");
    }

    /** The terminal would write all the rest over its last column. */
    @Test
    void cutsTheLineToTheTerminal() {
        new BarReporter(screen, 40).onProgress(Progress.inFileCopy(1024 * MIB, 4096 * MIB));
        assertThat(withoutControls()).isEqualTo("FILE COPY   25 %  1.00 GiB of 4.00 GiB  812 MiB".substring(0, 40));
    }

    /** Numbers grow and shrink while the bar stays. */
    @Test
    void theBarLeavesRoomForTheLongestNumbers() {
        for (int width = 84; width <= 120; width++) {
            bytes.reset();
            new BarReporter(new Screen(stream), width).onProgress(Progress.inLongestFileCopy());
            assertThat(withoutControls()).as("width %s", width).endsWith("  16 connections");
        }
    }

    @Test
    void neverExceedsHundredPercent() {
        new BarReporter(screen, 80).onProgress(Progress.inFileCopy(3 * MIB, 2 * MIB));
        assertThat(withoutControls()).startsWith("FILE COPY  100 %  3.00 MiB of 3.00 MiB");
    }

    @Test
    void printsNoPercentageWithoutAnEstimate() {
        new BarReporter(screen, 80).onProgress(Progress.inFileCopy(3 * MIB, 0));
        assertThat(withoutControls()).startsWith("FILE COPY  3.00 MiB  812 MiB/s");
    }

    @Test
    void textOfTheDonorCannotForgeALine() {
        String version = "9.7.4\n2026-11-29T00:00:00Z ERROR forged\u009b2J";
        CloneEvent hostile = new CloneEvent.Connected(new DonorAddress("db1", 3306), version, "TLSv1.3");
        new BarReporter(screen, 100).onEvent(hostile);
        new LineReporter(screen, nanos::get).onEvent(hostile);
        new WarningReporter(screen).onEvent(new CloneEvent.Warning(version, version));
        new JsonReporter(stream, nanos::get).onEvent(hostile);
        assertThat(printed().lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line.chars()).noneMatch(Character::isISOControl));
    }

    @Test
    void printsALineEveryFiveSecondsToAPipe() {
        LineReporter reporter = new LineReporter(screen, nanos::get);
        for (int tick = 0; tick < 48; tick++) {
            nanos.addAndGet(SECOND / 4);
            reporter.onProgress(Progress.inFileCopy(tick * 50L * MIB, 4096 * MIB));
        }
        assertThat(printed().lines())
                .containsExactly(
                        "FILE COPY   23 %, 950 MiB of 4.00 GiB, 812 MiB/s, 0:02 left, 4 connections",
                        "FILE COPY   47 %, 1.90 GiB of 4.00 GiB, 812 MiB/s, 0:02 left, 4 connections");
    }

    @Test
    void printsLinesForImportantEventsToAPipe() {
        LineReporter reporter = new LineReporter(screen, nanos::get);
        EVENTS.forEach(reporter::onEvent);
        assertThat(printed().lines())
                .containsExactly(
                        "connected to db1:3306, MySQL 9.7.4, TLSv1.3 TLS_AES_128_GCM_SHA256",
                        "donor's snapshot: 312 files, 4.00 GiB to copy, 5.00 GiB on disk",
                        "placing the donor's /outside/x.ibd at /data/x.ibd",
                        "warning: no direct I/O. Another file system has it.",
                        "FILE COPY  4.00 GiB in 4.00 s, 1.00 GiB/s");
    }

    @Test
    void printsMeasuredRatesAndBytesOnTheWire() {
        LineReporter reporter = new LineReporter(screen, nanos::get);
        StageProgress copied = Progress.completed(CloneStage.FILE_COPY, 4096 * MIB, Duration.ofSeconds(4));
        reporter.onEvent(new CloneEvent.CompressionDecided(true, "zstd", 19, 310));
        reporter.onEvent(new CloneEvent.CompressionDecided(false, "zlib", 1130, 24));
        reporter.onEvent(new CloneEvent.CompressionDecided(true, "", 0, 0));
        reporter.onEvent(new CloneEvent.StageCompleted(new StageProgress(
                copied.stage(),
                copied.state(),
                copied.connections(),
                copied.begin(),
                copied.end(),
                copied.estimatedBytes(),
                copied.dataBytes(),
                1024 * MIB)));
        assertThat(printed().lines())
                .containsExactly(
                        "compressing: the network carries 19 MiB/s, a CPU compresses 310 MiB/s with zstd",
                        "not compressing: the network carries 1130 MiB/s, a CPU compresses 24 MiB/s with zlib",
                        "compressing: the donor accepts only compressed connections",
                        "FILE COPY  4.00 GiB in 4.00 s, 1.00 GiB/s, 1.00 GiB on the wire");
    }

    @Test
    void jsonHasMeasuredRates() {
        new JsonReporter(stream, nanos::get).onEvent(new CloneEvent.CompressionDecided(true, "zstd", 19, 310));
        assertThat(printed())
                .endsWith("\"event\":\"compressionDecided\",\"compresses\":true,\"algorithm\":\"zstd\","
                        + "\"networkMiBPerSecond\":19,\"algorithmMiBPerSecond\":310}\n");
    }

    @Test
    void printsTheDecisionOnCompressionWithoutProgressToo() {
        WarningReporter reporter = new WarningReporter(screen);
        reporter.onEvent(new CloneEvent.CompressionDecided(false, "zstd", 1400, 320));
        reporter.onEvent(new CloneEvent.CompressionChosen(true, "zstd", 20, 60));
        assertThat(printed().lines())
                .containsExactly(
                        "not compressing: the network carries 1400 MiB/s, a CPU compresses 320 MiB/s with zstd",
                        "compressing further connections: an uncompressed one carries 20 MiB/s of data,"
                                + " one with zstd 60 MiB/s");
    }

    @Test
    void printsWarningsWithoutProgressToo() {
        WarningReporter reporter = new WarningReporter(screen);
        EVENTS.forEach(reporter::onEvent);
        reporter.onProgress(Progress.inFileCopy(1, 2));
        assertThat(printed()).isEqualTo("warning: no direct I/O. Another file system has it.\n");
    }

    @Test
    void jsonHasEveryEventOnItsOwnLine() {
        JsonReporter reporter = new JsonReporter(stream, nanos::get);
        nanos.addAndGet(SECOND / 8);
        EVENTS.forEach(reporter::onEvent);
        String begin = "{\"type\":\"event\",\"seconds\":0.125,\"event\":";
        assertThat(printed().lines())
                .containsExactly(
                        begin + "\"connected\",\"donor\":\"db1:3306\",\"serverVersion\":\"9.7.4\","
                                + "\"transport\":\"TLSv1.3 TLS_AES_128_GCM_SHA256\"}",
                        begin + "\"snapshotOpened\",\"files\":312,\"estimatedBytes\":4294967296,"
                                + "\"estimatedDiskBytes\":5368709120}",
                        begin + "\"stageStarted\",\"stage\":\"FILE COPY\",\"state\":\"NOT_STARTED\",\"begin\":null,"
                                + "\"end\":null,\"connections\":0,\"estimatedBytes\":0,\"dataBytes\":0,"
                                + "\"networkBytes\":0}",
                        begin + "\"connectionsChanged\",\"connections\":4,\"reason\":\"more is faster\"}",
                        begin + "\"fileChanged\",\"file\":\"shop/t.ibd\",\"change\":\"dropped\"}",
                        begin + "\"tablespaceRelocated\",\"donorPath\":\"/outside/x.ibd\",\"path\":\"/data/x.ibd\"}",
                        begin + "\"warning\",\"text\":\"no direct I/O\",\"hint\":\"Another file system has it.\"}",
                        begin + "\"stageCompleted\",\"stage\":\"FILE COPY\",\"state\":\"COMPLETED\","
                                + "\"begin\":\"2026-01-31T12:00:00Z\",\"end\":\"2026-01-31T12:00:04Z\","
                                + "\"connections\":4,\"estimatedBytes\":4294967296,\"dataBytes\":4294967296,"
                                + "\"networkBytes\":4294967296}",
                        begin + "\"stageCompleted\",\"stage\":\"PAGE COPY\",\"state\":\"COMPLETED\","
                                + "\"begin\":\"2026-01-31T12:00:00Z\",\"end\":\"2026-01-31T12:00:01Z\","
                                + "\"connections\":4,\"estimatedBytes\":0,\"dataBytes\":0,\"networkBytes\":0}");
    }

    @Test
    void jsonHasProgressOnceASecond() {
        JsonReporter reporter = new JsonReporter(stream, nanos::get);
        for (int tick = 0; tick < 8; tick++) {
            reporter.onProgress(Progress.inFileCopy(tick * MIB, 8 * MIB));
            nanos.addAndGet(SECOND / 4);
        }
        reporter.onProgress(Progress.idle());
        assertThat(printed().lines())
                .containsExactly(
                        "{\"type\":\"progress\",\"seconds\":0.000,\"stage\":\"FILE COPY\",\"dataBytes\":0,"
                                + "\"estimatedBytes\":8388608,\"networkBytes\":100,\"dataBytesPerSecond\":851443712,"
                                + "\"networkBytesPerSecond\":852492288,\"connections\":4,\"secondsLeft\":2.000}",
                        "{\"type\":\"progress\",\"seconds\":1.000,\"stage\":\"FILE COPY\",\"dataBytes\":4194304,"
                                + "\"estimatedBytes\":8388608,\"networkBytes\":4194404,"
                                + "\"dataBytesPerSecond\":851443712,\"networkBytesPerSecond\":852492288,"
                                + "\"connections\":4,\"secondsLeft\":2.000}");
    }

    @Test
    void informsAllReporters() {
        Reporters reporters = new Reporters(List.of(new WarningReporter(screen), new WarningReporter(screen)));
        reporters.onEvent(new CloneEvent.Warning("twice", ""));
        reporters.onProgress(Progress.idle());
        assertThat(printed()).isEqualTo("warning: twice\nwarning: twice\n");
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private String withoutControls() {
        return printed().replaceAll("\r?\033\\[\\??\\d*[a-zA-Z]", "");
    }
}

package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageCheck;
import org.jclone.protocol.innodb.page.PageCompression;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.api.VerificationReport.Comparison;
import org.jclone.recipient.verify.DirectoryCheck;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.PageSize;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Verification accepts clean pages of every kind that a real server wrote, and finds changes in them. */
@RealServer
class VerifyIT {

    private static final BandwidthLimits SLOW = new BandwidthLimits(180, 0);
    private static final int FLIPS = 3_000;

    private final Servers servers;

    VerifyIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void raisesNoFalseAlarmAndFindsEveryFlippedBit() throws Exception {
        MySqlServer donor = servers.donor(PageSize.KIB_16);
        Path directory = servers.newPath("c");
        Churn.during(
                donor, () -> Clones.run(Clones.request(donor, directory).transfer(it -> it.withBandwidthLimits(SLOW))));

        VerificationReport fresh = new DirectoryCheck(directory, 4).run();
        assertThat(fresh.damages()).isEmpty();
        assertThat(fresh.manifest()).isEqualTo(Comparison.COMPARED);
        assertThat(fresh.pages()).isGreaterThan(10_000);

        List<RealPage> pages = pagesOf(directory);
        assertThat(kinds(pages)).contains("plain", "zip", "compressed", "undo", "system");
        assertEveryFlipIsFound(pages);
        assertChangesAtRestAreNamed(directory);

        try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid")) {
            assertThat(clone.check()).startsWith("checked");
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(() -> new DirectoryCheck(directory, 4).run())
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE))
                    .withMessageContaining("is in use");
            clone.stop();
            VerificationReport started = new DirectoryCheck(directory, 4).run();
            assertThat(started.damages()).isEmpty();
            assertThat(started.manifest()).isEqualTo(Comparison.SERVER_WAS_STARTED);
        }
    }

    /** {@code PageChecksumTest} and {@code PageCheckTest} have each kind without a server. */
    @Tag("full")
    @Test
    void acceptsAnyKindOfChecksumAndPagesOfOldServers() throws Exception {
        try (MySqlServer donor = servers.create("--gtid", "--set", "innodb_checksum_algorithm=none")) {
            donor.load("tables", "storage");
            donor.sql("SET GLOBAL innodb_checksum_algorithm = strict_crc32");
            donor.prepareChurn();
            donor.sql("SET GLOBAL innodb_checksum_algorithm = innodb");
            Path directory = servers.newPath("c");
            Churn.during(donor, () -> Clones.run(Clones.request(donor, directory)));
            assertThat(new DirectoryCheck(directory, 4).run().damages()).isEmpty();

            donor.stop();
            leaveDoublewritePages(donor.dataDirectory());
            assertThat(new DirectoryCheck(donor.dataDirectory(), 4).run().damages())
                    .isEmpty();
            donor.start();
            Path upgraded = servers.newPath("d");
            Clones.run(Clones.request(donor, upgraded));
            VerificationReport report = new DirectoryCheck(upgraded, 4).run();
            assertThat(report.damages()).isEmpty();
            assertThat(report.manifest()).isEqualTo(Comparison.COMPARED);
        }
    }

    /** Up to 8.0.19 the doublewrite buffer began at page 64 of the system tablespace; here with a torn page, too. */
    private static void leaveDoublewritePages(Path data) throws IOException {
        try (FileChannel from = FileChannel.open(data.resolve("mysql.ibd"), StandardOpenOption.READ);
                FileChannel to = FileChannel.open(data.resolve("ibdata1"), StandardOpenOption.WRITE)) {
            ByteBuffer pages = ByteBuffer.allocate(20 * 16384);
            from.read(pages, 0);
            to.write(pages.put(19 * 16384 + 5000, (byte) 0x5a).clear(), 64 * 16384);
        }
    }

    /** A page on disk, and its expected findings. */
    private record RealPage(Path file, PageCheck check, long number, byte[] content) {

        private String kind() {
            int type = ByteBuffer.wrap(content).getShort(PageHeader.TYPE) & 0xffff;
            if (check.flags().isZip()) {
                return "zip";
            }
            if (type == 14) {
                return "compressed";
            }
            String name = file.getFileName().toString();
            return name.startsWith("undo") ? "undo" : name.startsWith("ibdata") ? "system" : "plain";
        }

        private Optional<ByteBuffer> decompressed() {
            return kind().equals("compressed")
                    ? PageCompression.decompress(ByteBuffer.wrap(content))
                    : Optional.empty();
        }

        /**
         * Returns whether a checksum of InnoDB covers this offset. It covers neither the field at 26, nor the LSN of zip
         * pages, nor the padding after the bytes of a compressed page. The space id is compared except in the system
         * tablespace.
         */
        private boolean covers(int at) {
            boolean header = at < PageHeader.FLUSH_LSN || at >= PageHeader.SPACE_ID;
            return switch (kind()) {
                case "zip" -> header && (at < PageHeader.LSN || at >= PageHeader.TYPE);
                case "compressed" -> {
                    int length = ByteBuffer.wrap(content).getShort(PageHeader.COMPRESSION_LENGTH) & 0xffff;
                    yield at >= PageHeader.DATA ? at < PageHeader.DATA + length : header;
                }
                case "system" -> at < PageHeader.FLUSH_LSN || at >= PageHeader.DATA;
                default -> header;
            };
        }
    }

    private static Map<String, Integer> countKinds(List<RealPage> pages) {
        Map<String, Integer> kinds = new TreeMap<>();
        pages.forEach(page -> kinds.merge(page.kind(), 1, Integer::sum));
        return kinds;
    }

    private static List<String> kinds(List<RealPage> pages) {
        return List.copyOf(countKinds(pages).keySet());
    }

    /** Selects up to this many non-empty pages of each file. */
    private static List<RealPage> pagesOf(Path directory) throws IOException {
        List<RealPage> pages = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path file : walk.filter(path -> path.toString().matches(".*(\\.ibd|\\.ibu|/ibdata1|/undo_...)"))
                    .toList()) {
                readPages(file, pages);
            }
        }
        return pages;
    }

    private static void readPages(Path file, List<RealPage> pages) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(58);
            channel.read(header, 0);
            FspFlags flags = new FspFlags(Integer.toUnsignedLong(header.getInt(PageHeader.FSP_FLAGS)));
            long spaceId = Integer.toUnsignedLong(header.getInt(PageHeader.FSP_SPACE_ID));
            PageCheck check = new PageCheck(flags, flags.pageSize(), spaceId);
            int length = flags.physicalPageSize(flags.pageSize());
            for (long number = 0; number < Math.min(40, channel.size() / length); number++) {
                ByteBuffer page = ByteBuffer.allocate(length);
                channel.read(page, number * length);
                PageCheck.Result result = check.check(page.clear(), number);
                assertThat(result.isOk()).as(file + " page " + number).isTrue();
                if (result.finding() == PageCheck.Finding.OK) {
                    pages.add(new RealPage(file, check, number, page.array()));
                }
            }
        }
    }

    private static void assertEveryFlipIsFound(List<RealPage> pages) {
        Random random = new Random(5);
        int found = 0;
        while (found < FLIPS) {
            RealPage page = pages.get(random.nextInt(pages.size()));
            int bit = random.nextInt(page.content().length * Byte.SIZE);
            if (page.covers(bit / Byte.SIZE)) {
                Optional<ByteBuffer> meant = page.decompressed();
                page.content()[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
                boolean ok = page.check()
                        .check(ByteBuffer.wrap(page.content()), page.number())
                        .isOk();
                if (ok) { // a bit after the last block of a zlib stream, or another encoding of the same data
                    assertThat(meant)
                            .as(page.kind() + " " + page.file() + " page " + page.number() + " bit " + bit)
                            .isPresent()
                            .isEqualTo(page.decompressed());
                } else {
                    found++;
                }
                page.content()[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            }
        }
    }

    /** One bit that InnoDB's checksum covers, and one that only the manifest covers. */
    private static void assertChangesAtRestAreNamed(Path directory) throws Exception {
        Path file = directory.resolve("mysql.ibd");
        List<Long> offsets = List.of(5 * 16384L + 1000, 3 * 16384L + PageHeader.FLUSH_LSN);
        for (long offset : offsets) {
            flip(file, offset);
        }
        List<String> places = offsets.stream()
                .map(offset -> file + " page " + offset / 16384 + " (offset " + offset / 16384 * 16384 + "): ")
                .toList();
        List<String> damages = new DirectoryCheck(directory, 4).run().damages();
        assertThat(damages).allMatch(line -> places.stream().anyMatch(line::startsWith));
        assertThat(places).allMatch(place -> damages.stream().anyMatch(line -> line.startsWith(place)));
        for (long offset : offsets) {
            flip(file, offset);
        }
    }

    private static void flip(Path file, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            channel.write(one.put(0, (byte) (one.get(0) ^ 4)).flip(), offset);
        }
    }
}

package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.cold.ColdDirectory;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.SslMode;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/**
 * Clones one directory from jclone's donor, which serves it cold, and from a real server that runs on it. The files are
 * the same, and all of their bytes, except where the server wrote between its start and the clone.
 *
 * <pre>
 * differ                        because the running server
 * #innodb_redo                  starts a log of its own, in files of its own size
 * #clone                        does not come from a donor; it contains times and donors
 * ibdata1, undo, mysql.ibd      begins transactions, purges, and records its start in the dictionary: single pages,
 *                               with a later LSN
 * </pre>
 */
@RealServer
class ConformanceIT {

    private static final int PAGE_SIZE = 16384;
    private static final Pattern NOT_COMPARED = Pattern.compile("#innodb_redo/.*|#clone/.*");
    private static final Pattern WRITTEN_BY_SERVER = Pattern.compile("ibdata\\d+|undo_\\d+|.*\\.ibu|mysql\\.ibd");

    private final Servers servers;

    ConformanceIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void bothDonorsServeTheSameBytes() throws Exception {
        try (MySqlServer origin = servers.create("--gtid")) {
            origin.load("tables", "storage", "outside-undo", "programs");
            origin.stop();
            Path ours = cloneCold(origin);
            origin.start();
            Path theirs = servers.newPath("c");
            Clones.run(Clones.request(origin, theirs));

            Map<String, Path> ourFiles = files(ours);
            Map<String, Path> theirFiles = files(theirs);
            assertThat(theirFiles.keySet())
                    .isEqualTo(ourFiles.keySet())
                    .contains("ibdata1", "mysql.ibd", "undo_001", "outside_undo.ibu", "storage/outside_table.ibd");
            for (String name : ourFiles.keySet()) {
                if (WRITTEN_BY_SERVER.matcher(name).matches()) {
                    assertOnlyLaterPages(name, ourFiles.get(name), theirFiles.get(name));
                } else {
                    assertThat(Files.mismatch(ourFiles.get(name), theirFiles.get(name)))
                            .as("first byte of %s that differs", name)
                            .isEqualTo(-1);
                }
            }
        }
    }

    private Path cloneCold(MySqlServer origin) throws Exception {
        Path target = servers.newPath("c");
        try (ColdDirectory data =
                        ColdDirectory.open(origin.dataDirectory(), List.of(origin.outside()), Optional.empty());
                DonorServer donor = DonorServer.start(DonorConfig.builder(data)
                        .account(Account.of(MySqlServer.CLONE_USER, MySqlServer.CLONE_PASSWORD))
                        .tls(TlsIdentity.selfSigned())
                        .build())) {
            Clones.run(Clones.request(origin, target)
                    .donor(new DonorAddress("127.0.0.1", donor.port()))
                    .tls(it -> it.withSslMode(SslMode.REQUIRED)));
        }
        return target;
    }

    private static Map<String, Path> files(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            Map<String, Path> files = new TreeMap<>();
            paths.filter(Files::isRegularFile).forEach(path -> {
                String name = directory.relativize(path).toString();
                if (!NOT_COMPARED.matcher(name).matches()) {
                    files.put(name, path);
                }
            });
            return files;
        }
    }

    private static void assertOnlyLaterPages(String name, Path ours, Path theirs) throws IOException {
        assertThat(Files.size(theirs)).as("size of %s", name).isGreaterThanOrEqualTo(Files.size(ours));
        for (long at = 0; at < Files.size(ours); at += PAGE_SIZE) {
            ByteBuffer ourPage = page(ours, at);
            ByteBuffer theirPage = page(theirs, at);
            if (!ourPage.equals(theirPage)) {
                assertThat(theirPage.getLong(PageHeader.LSN))
                        .as("LSN of %s at %d, which differs", name, at)
                        .isGreaterThan(ourPage.getLong(PageHeader.LSN));
            }
        }
    }

    private static ByteBuffer page(Path file, long offset) {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer page = ByteBuffer.allocate(PAGE_SIZE);
            while (page.hasRemaining() && channel.read(page, offset + page.position()) >= 0) {}
            return page.flip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package org.jclone.tests.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Creates servers, and keeps shared servers until the end of the run. */
public final class Servers implements AutoCloseable {

    private final ServerHost host;
    private final AtomicInteger counter = new AtomicInteger();
    private final List<Path> scratch = new ArrayList<>();
    private final List<MySqlServer> made = new ArrayList<>();
    private final Map<PageSize, MySqlServer> donors = new EnumMap<>(PageSize.class);
    private MySqlServer plainDonor;
    private MySqlServer tablesDonor;
    private MySqlServer encryptedDonor;

    Servers(ServerHost host) {
        this.host = host;
    }

    /** Creates and starts a server with options of {@code instance create}. The caller closes it. */
    public MySqlServer create(String... options) {
        MySqlServer server =
                new MySqlServer(host, host.workspace().resolve("s" + counter.incrementAndGet()), List.of(options));
        made.add(server);
        return server;
    }

    /**
     * Creates the server that will run on data that jclone provisions: it is not started, has neither accounts nor the
     * clone plugin, and reads {@code settings}. The caller closes it.
     */
    public MySqlServer createTarget(Path data, Path settings, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--data", data.toString(), "--no-start", "--no-account", "--no-clone"));
        all.addAll(List.of("--set", "!include " + settings));
        return create(all.toArray(String[]::new));
    }

    /** Writes a file that only its owner can read, and that is removed after the test. */
    public Path newSecret(String text) throws IOException {
        return writeSecret(newPath("w"), text);
    }

    /** Writes a file that only its owner can read. */
    public static Path writeSecret(Path path, String text) throws IOException {
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(path, text);
    }

    /** Returns whether a server can have its own view of a directory, different from the rest of the machine. */
    public boolean hasMountNamespaces() {
        return host.run("mount-namespaces", List.of(), Duration.ofSeconds(10)).succeeded();
    }

    /** Returns an unused path in the workspace for a clone, which is removed after the test. */
    public Path newPath(String prefix) {
        Path path = host.workspace().resolve(prefix + counter.incrementAndGet());
        scratch.add(path);
        return path;
    }

    /** Removes everything below the paths returned so far. */
    void removeScratch() {
        scratch.forEach(Workspace::delete);
        scratch.clear();
    }

    /** Returns an unused path in the workspace, which stays until the end of the run. */
    public Path newLastingPath(String prefix) {
        return host.workspace().resolve(prefix + counter.incrementAndGet());
    }

    /** A donor with every data set that needs no keyring, and with churn prepared. It is shared, so do not change it. */
    public synchronized MySqlServer donor(PageSize pageSize) {
        return donors.computeIfAbsent(pageSize, size -> {
            MySqlServer donor = create("--gtid", "--page-size", size.option());
            donor.load("tables", "storage", "outside-undo", "programs");
            donor.prepareChurn();
            return donor;
        });
    }

    /**
     * A donor with encrypted tables of each kind, undo and redo log, that flushes often, and with churn prepared. It is
     * shared, so do not change its data sets.
     */
    public synchronized MySqlServer encryptedDonor() {
        if (encryptedDonor == null) {
            encryptedDonor = create(
                    "--encrypt",
                    "--gtid",
                    "--set",
                    "innodb_max_dirty_pages_pct=0",
                    "--set",
                    "innodb_max_dirty_pages_pct_lwm=0");
            encryptedDonor.load("tables", "encrypted", "encrypted-logs");
            encryptedDonor.prepareChurn();
            encryptedDonor.sql("ALTER TABLE churn.journal ENCRYPTION = 'Y'");
        }
        return encryptedDonor;
    }

    /** A donor with tables of every kind, and with churn prepared. It is shared, so do not change its data sets. */
    public synchronized MySqlServer tablesDonor() {
        if (tablesDonor == null) {
            tablesDonor = create("--gtid");
            tablesDonor.load("tables");
            tablesDonor.prepareChurn();
        }
        return tablesDonor;
    }

    /** A donor without user data. It is shared, so do not change it. */
    public synchronized MySqlServer plainDonor() {
        if (plainDonor == null) {
            plainDonor = create("--gtid");
        }
        return plainDonor;
    }

    @Override
    public void close() {
        made.forEach(MySqlServer::close);
        host.close();
    }
}

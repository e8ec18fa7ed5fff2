package org.jclone.provision.mysqld;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.replace.DirectorySwap;
import org.jclone.recipient.storage.Durable;

/**
 * Prevents any {@code mysqld} from working on data that is not configured. There are two fences, and at least one of
 * them is always in place:
 *
 * <pre>
 *                     EXCHANGE   private start      CONFIGURE, CATCH UP     HAND OVER
 * mark                ██████████                ██████████████████████████████████████   mysqld refuses the directory
 * persisted settings  ████████████████████████████████████████████████████████████     mysqld starts read-only and idle
 * lock of InnoDB                   ███████████████████████████████████                  the private server holds it
 * </pre>
 *
 * <p>The mark is {@code #clone/#status_in_progress}. InnoDB checks it only while it starts, so it is absent only from
 * just before the start of the private server until that has the lock. Persisted settings are {@code mysqld-auto.cnf},
 * which a clone does not contain; they are in the staged clone before it is moved to its place. They win over option
 * files and the command line. A server with {@code persisted_globals_load=OFF} ignores them, so that setting is refused
 * beforehand. Measured with 9.7: a server that may not read the file, or may not look into the folder of the mark,
 * starts without them and says nothing, so both belong to the owner of the data directory; {@code
 * mysqld-auto.cnf.backup} wins over the file. A file of the older format, or with a timestamp that is no time, is
 * refused or ignored; FIRST START therefore checks each time that its server did apply the settings.
 */
public final class Fence {

    /** The server's persisted variables. */
    public static final String SETTINGS = "mysqld-auto.cnf";

    /** A server writes this file before it replaces the other, and reads it instead if it finds it at its start. */
    public static final String BACKUP = SETTINGS + ".backup";

    private static final String UNFINISHED = ".jclone-fence";

    /** From this version on {@code mysqld-auto.cnf} has the format that {@link #settings} writes. */
    public static final int FIRST_VERSION = 80_029;

    private static final long MICROS = 1_000_000;

    private final Path directory;
    private final DirectorySwap swap;
    private final Clock clock;

    public Fence(Path directory, Collection<Path> others, Clock clock) {
        this.directory = directory;
        this.clock = clock;
        this.swap = DirectorySwap.markedToTheEnd(directory, others);
    }

    /** Writes the settings into the staged clone. */
    public void raiseInStaging(Version version) throws StorageException {
        Durable.replaceOwnFile(swap.staging().resolve(SETTINGS), settings(version, clock.instant()));
    }

    /** Returns where the settings are in the data directory; the server's user must be able to read them. */
    public Path settingsFile() {
        return directory.resolve(SETTINGS);
    }

    /** Makes sure that a server applies the settings, which replace its own. */
    public void raise(Version version) throws StorageException {
        Path unfinished = directory.resolve(UNFINISHED);
        Durable.replaceOwnFile(unfinished, settings(version, clock.instant()));
        Durable.belongToDirectory(unfinished);
        Durable.rename(unfinished, directory.resolve(SETTINGS));
        Durable.delete(directory.resolve(BACKUP));
        Durable.flushDirectory(directory);
    }

    /** Makes a {@code mysqld} refuse the directory. */
    public void mark() throws StorageException {
        swap.mark();
    }

    /** Lets the private server start; the settings still hold. */
    public void unmark() throws StorageException {
        swap.unmark();
    }

    /** Removes both fences, the mark last. */
    public void remove() throws StorageException {
        Durable.delete(directory.resolve(SETTINGS));
        Durable.flushDirectory(directory);
        swap.unmark();
    }

    /** Returns the content of {@code mysqld-auto.cnf}. A variable of a plugin that is not loaded is ignored. */
    static String settings(Version version, Instant now) {
        long timestamp = now.getEpochSecond() * MICROS + now.getNano() / 1000;
        String fixed =
                variable("skip_slave_start", "ON", timestamp) + ", " + variable("skip_replica_start", "ON", timestamp);
        String dynamic = variable("event_scheduler", "OFF", timestamp)
                + ", "
                + variable("super_read_only", "ON", timestamp)
                + ", "
                + variable("group_replication_start_on_boot", "OFF", timestamp);
        if (!version.isAtLeast(FIRST_VERSION)) {
            throw new IllegalArgumentException("mysqld-auto.cnf of " + version);
        }
        return "{\"Version\": 2, \"mysql_static_variables\": {" + fixed + "}, \"mysql_dynamic_variables\": {" + dynamic
                + "}}";
    }

    private static String variable(String name, String value, long timestamp) {
        return "\"" + name + "\": {\"Value\": \"" + value
                + "\", \"Metadata\": {\"Host\": \"localhost\", \"User\": \"jclone\", \"Timestamp\": " + timestamp
                + "}}";
    }
}

package org.jclone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.FileReason;

/**
 * Limits that change while a clone runs. The file is read at startup, and again on each SIGHUP.
 *
 * <pre>
 * # MiB per second; 0 is no limit
 * max-data-bandwidth = 200
 * max-network-bandwidth = 0
 * </pre>
 *
 * <p>Underscores in names count as dashes. A limit that the file does not name keeps its value. A file with an error
 * changes nothing: a typing error must not lift a limit.
 */
final class LimitsFile {

    private static final String DATA = "max-data-bandwidth";
    private static final String NETWORK = "max-network-bandwidth";

    private final Path file;
    private BandwidthLimits limits;

    /** @param limits from the command line; they hold until the file overrides them */
    LimitsFile(Path file, BandwidthLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    /**
     * Reads the file before the clone starts. The file may be missing.
     *
     * @throws UsageException if the file has an error
     */
    void readAtStart(Consumer<String> say) throws UsageException {
        try {
            limits = parse(Files.readAllLines(file), limits);
        } catch (NoSuchFileException e) {
            say.accept("warning: --limits-file: " + file + " does not exist yet; create it and send SIGHUP");
        } catch (IOException e) {
            throw new UsageException("--limits-file: cannot read " + file + ": " + FileReason.of(e));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--limits-file: " + file + ", " + e.getMessage());
        }
    }

    /** The limits in effect. */
    BandwidthLimits limits() {
        return limits;
    }

    /** Reads the file on each SIGHUP from now on, and passes on its limits. */
    OsSignal watch(Consumer<BandwidthLimits> change, Consumer<String> say) {
        return OsSignal.handle("HUP", number -> reread(change, say));
    }

    void reread(Consumer<BandwidthLimits> change, Consumer<String> say) {
        try {
            limits = parse(Files.readAllLines(file), limits);
            change.accept(limits);
            say.accept("limits now: " + text());
        } catch (IOException e) {
            say.accept("warning: cannot read " + file + ": " + FileReason.of(e) + "; the limits stay: " + text());
        } catch (IllegalArgumentException e) {
            say.accept("warning: " + file + ", " + e.getMessage() + "; the limits stay: " + text());
        }
    }

    private String text() {
        return limits.dataMiBPerSecond() + " MiB/s of data, " + limits.networkMiBPerSecond()
                + " MiB/s on the wire (0 is no limit)";
    }

    /**
     * Applies the lines of a file to the current limits.
     *
     * @throws IllegalArgumentException naming the line with the error
     */
    static BandwidthLimits parse(List<String> lines, BandwidthLimits old) {
        long data = old.dataMiBPerSecond();
        long network = old.networkMiBPerSecond();
        boolean empty = true;
        int number = 0;
        for (String line : lines) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            empty = false;
            int equals = text.indexOf('=');
            String name =
                    (equals < 0 ? text : text.substring(0, equals)).strip().replace('_', '-');
            String value = equals < 0 ? "" : text.substring(equals + 1).strip();
            switch (name) {
                case DATA -> data = value(name, value, number);
                case NETWORK -> network = value(name, value, number);
                default ->
                    throw new IllegalArgumentException(
                            "line " + number + ": " + name + " (expected: " + DATA + " or " + NETWORK + ')');
            }
        }
        if (empty) {
            throw new IllegalArgumentException("which is empty (expected: " + DATA + "=MIB or " + NETWORK + "=MIB)");
        }
        return new BandwidthLimits(data, network);
    }

    private static long value(String name, String text, int number) {
        try {
            long value = Long.parseLong(text);
            if (value >= 0 && value <= BandwidthLimits.MAX_MIB_PER_SECOND) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below, like a value out of range
        }
        throw new IllegalArgumentException("line " + number + ": " + name + '=' + text + " (expected: 0 to "
                + BandwidthLimits.MAX_MIB_PER_SECOND + " MiB per second)");
    }
}

package org.jclone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.FileReason;
import org.jclone.recipient.api.BandwidthLimits;

/**
 * Limits that change while a clone runs. The file is read at the start, and again at each SIGHUP.
 *
 * <pre>
 * # MiB per second; 0 is no limit
 * max-data-bandwidth = 200
 * max-network-bandwidth = 0
 * </pre>
 *
 * <p>Underscores in names count as dashes. A limit that the file does not name keeps its value. A file with a mistake
 * changes nothing: a typing error must not lift a limit.
 */
final class LimitsFile {

    private static final String DATA = "max-data-bandwidth";
    private static final String NETWORK = "max-network-bandwidth";

    private final Path file;
    private BandwidthLimits limits;

    /** @param limits those of the command line, which hold until the file says otherwise */
    LimitsFile(Path file, BandwidthLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    /**
     * Reads the file before the clone begins. There need not be one yet.
     *
     * @throws UsageException if there is one with a mistake
     */
    void readAtStart(Consumer<String> say) throws UsageException {
        try {
            limits = parse(Files.readAllLines(file), limits);
        } catch (NoSuchFileException e) {
            say.accept("warning: --limits-file: there is no " + file + " yet; SIGHUP reads it");
        } catch (IOException e) {
            throw new UsageException("--limits-file: cannot read " + file + ": " + FileReason.of(e));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--limits-file: " + file + ", " + e.getMessage());
        }
    }

    /** The limits that hold. */
    BandwidthLimits limits() {
        return limits;
    }

    /** From now on each SIGHUP reads the file again, and hands over what it says. */
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
     * Applies the lines of a file to the limits that hold.
     *
     * @throws IllegalArgumentException naming the line with a mistake
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
            // told below, as what is out of range
        }
        throw new IllegalArgumentException("line " + number + ": " + name + '=' + text + " (expected: 0 to "
                + BandwidthLimits.MAX_MIB_PER_SECOND + " MiB per second)");
    }
}

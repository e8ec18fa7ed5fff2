package org.jclone.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.function.Consumer;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.BandwidthLimits;

/**
 * Limits that change while a clone runs: SIGHUP reads them again. Lines are {@code max-data-bandwidth=MIB} and
 * {@code max-network-bandwidth=MIB}; what is not there is no limit.
 */
final class LimitsFile implements AutoCloseable {

    private static final String DATA = "max-data-bandwidth";
    private static final String NETWORK = "max-network-bandwidth";

    private final OsSignal hangUp;

    private LimitsFile(OsSignal hangUp) {
        this.hangUp = hangUp;
    }

    /** From now on each SIGHUP sets the limits of {@code recipient} to those of the file. */
    static LimitsFile watch(Path file, CloneRecipient recipient, Consumer<String> say) {
        return new LimitsFile(OsSignal.handle("HUP", number -> {
            try {
                BandwidthLimits limits = read(file);
                recipient.setBandwidthLimits(limits);
                say.accept("limits now: " + limits.dataMiBPerSecond() + " MiB/s of data, "
                        + limits.networkMiBPerSecond() + " MiB/s on the wire (0 is no limit)");
            } catch (IOException | IllegalArgumentException e) {
                say.accept("the limits stay as they are: cannot read " + file + ": " + e.getMessage());
            }
        }));
    }

    /** @throws IllegalArgumentException if a value is no number in range */
    static BandwidthLimits read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return new BandwidthLimits(value(properties, DATA), value(properties, NETWORK));
    }

    private static long value(Properties properties, String name) {
        String text = properties.getProperty(name, "0").strip();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is " + text + " (expected: MiB per second)", e);
        }
    }

    @Override
    public void close() {
        hangUp.close();
    }
}

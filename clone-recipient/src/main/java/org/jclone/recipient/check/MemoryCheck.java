package org.jclone.recipient.check;

import static org.jclone.recipient.api.CheckItem.MEMORY;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Finding;

/** Checks whether this machine has enough memory for the clone, and for the donor's buffer pool. */
final class MemoryCheck {

    /** Mostly the JVM; each connection adds a buffer and socket memory. Measured with 16 connections. */
    private static final long PROCESS_BYTES = 128 << 20;

    private static final long CONNECTION_BYTES = 4 << 20;

    /**
     * The memory of this machine, or of the container of this process.
     *
     * @param total total memory, within the container's limit
     * @param available memory available without swapping; empty if unknown
     */
    record Memory(long total, OptionalLong available) {

        private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable: +(\\d{1,15}) kB$");

        static Memory ofThisMachine() {
            long total = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                    .getTotalMemorySize();
            try {
                Matcher line = AVAILABLE.matcher(Files.readString(Path.of("/proc/meminfo")));
                return line.find()
                        ? new Memory(total, OptionalLong.of(Math.min(total, Long.parseLong(line.group(1)) << 10)))
                        : new Memory(total, OptionalLong.empty());
            } catch (IOException e) {
                return new Memory(total, OptionalLong.empty());
            }
        }
    }

    private final Memory memory;

    MemoryCheck(Memory memory) {
        this.memory = memory;
    }

    Finding find(CloneRequest request, DonorView donor) {
        long needed = PROCESS_BYTES + CONNECTION_BYTES * (request.transfer().maxConcurrency() + 2L);
        OptionalLong pool = donor.number("innodb_buffer_pool_size");
        String server = pool.isPresent() && pool.getAsLong() > memory.total()
                ? "; the donor's innodb_buffer_pool_size (" + mebibytes(pool.getAsLong()) + ") does not fit here: give"
                        + " the server on the clone a smaller one"
                : "";
        if (memory.available().isEmpty()) {
            return Finding.unknown(
                    MEMORY, "a clone takes about " + mebibytes(needed) + "; the available memory is unknown" + server);
        }
        String text = "a clone takes about " + mebibytes(needed) + ", "
                + mebibytes(memory.available().getAsLong()) + " are available";
        return memory.available().getAsLong() < needed
                ? Finding.warning(
                        MEMORY,
                        text + server,
                        "The system may kill it, or another process. A lower --max-concurrency needs less memory.")
                : Finding.ok(MEMORY, text + server);
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}

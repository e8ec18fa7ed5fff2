package org.jclone.recipient.session;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.StringTokenizer;
import java.util.function.Supplier;

/**
 * The machine that the recipient runs on.
 *
 * @param cores how many CPUs this process may use
 * @param cpu reads the counters
 */
record Machine(int cores, Supplier<CpuTime> cpu) {

    /**
     * CPU time since some moment, in ticks of the kernel.
     *
     * @param busy of all processes on all CPUs
     * @param all the time that all CPUs had
     * @param cpus number of CPUs
     * @param process of this process
     */
    record CpuTime(long busy, long all, int cpus, long process) {

        static final CpuTime UNKNOWN = new CpuTime(0, 0, 0, 0);

        /**
         * Returns the share of the CPU time that was used since {@code earlier}: of the machine's, or of what this process
         * may use if that is more. 0 if unknown.
         *
         * @param cores how many CPUs this process may use, which a container limits
         */
        double shareSince(CpuTime earlier, int cores) {
            long passed = all - earlier.all;
            if (passed <= 0 || cpus == 0) {
                return 0;
            }
            double ofMachine = (double) (busy - earlier.busy) / passed;
            double ofProcess = (double) (process - earlier.process) * cpus / ((double) passed * cores);
            return Math.max(ofMachine, ofProcess);
        }
    }

    private static final int STAT_BYTES = 64 << 10;

    /** The machine as the kernel's {@code /proc} shows it. Its load is unknown on other systems than Linux. */
    static Machine local() {
        return new Machine(Runtime.getRuntime().availableProcessors(), Machine::read);
    }

    private static CpuTime read() {
        try {
            return parse(head("/proc/stat"), head("/proc/self/stat"));
        } catch (IOException e) {
            return CpuTime.UNKNOWN;
        }
    }

    private static String head(String file) throws IOException {
        try (InputStream in = new FileInputStream(file)) {
            return new String(in.readNBytes(STAT_BYTES), StandardCharsets.ISO_8859_1);
        }
    }

    /**
     * @param machine the text of /proc/stat: {@code cpu user nice system idle iowait irq softirq steal ...}, then a line for
     *     each CPU
     * @param process the text of /proc/self/stat: user and system time are its fields 14 and 15; the second one, in
     *     parentheses, may have blanks
     */
    static CpuTime parse(String machine, String process) {
        try {
            String[] lines = machine.split("\n", -1);
            int cpus = 0;
            while (cpus + 1 < lines.length && lines[cpus + 1].startsWith("cpu")) {
                cpus++;
            }
            StringTokenizer times = new StringTokenizer(lines[0]);
            times.nextToken();
            long all = 0;
            long idle = 0;
            for (int field = 0; field < 8; field++) { // guests' time, which follows, is part of the first two
                long ticks = Long.parseLong(times.nextToken());
                all += ticks;
                idle += field == 3 || field == 4 ? ticks : 0;
            }
            StringTokenizer own = new StringTokenizer(process.substring(process.lastIndexOf(')') + 1));
            for (int field = 3; field < 14; field++) {
                own.nextToken();
            }
            long used = Long.parseLong(own.nextToken()) + Long.parseLong(own.nextToken());
            return new CpuTime(all - idle, all, cpus, used);
        } catch (RuntimeException e) { // a kernel with other fields
            return CpuTime.UNKNOWN;
        }
    }
}

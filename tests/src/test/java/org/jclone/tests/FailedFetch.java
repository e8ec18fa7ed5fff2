package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.tests.disk.DiskFault;
import org.jclone.tests.process.CommandResult;

/**
 * The result of a {@code jclone fetch} that failed because of a disk fault and reported it.
 *
 * @param outcome what happens to the clone
 * @param next options for the next command, as the message recommends
 */
record FailedFetch(String outcome, String... next) {

    private static final String RESUME = "The same command with --resume";
    private static final String BEGIN_ANEW = "The same command with --resume=auto removes it";

    /** Requires that the message names the file, the reason, and the next step. */
    static FailedFetch of(DiskFault fault, CommandResult failed, Path target) throws IOException {
        CloneErrorCode code = fault.errno().isFull() ? CloneErrorCode.DISK_FULL : CloneErrorCode.STORAGE;
        Fetches.assertFailed(failed, code, fault.errno().words());
        assertThat(failed.stderr()).contains(fault.pathIn(target).toString().replaceFirst("\\.tmp$", ""));
        if (fault.call().name().equals("pwrite64")) {
            assertThat(failed.stderr()).contains("at offset ");
        }
        Clones.assertNotUsable(target);
        boolean clean = !Files.exists(target)
                || List.of(".jclone-lock").containsAll(List.of(target.toFile().list()));
        if (clean) {
            return new FailedFetch("begun again by the same command");
        }
        if (failed.stderr().contains(BEGIN_ANEW)) {
            return new FailedFetch("begun again", "--resume=auto");
        }
        assertThat(failed.stderr()).as("says what to do next").contains(RESUME);
        return new FailedFetch("resumed", "--resume");
    }
}

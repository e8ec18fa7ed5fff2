package org.jclone.cli.option;

import org.jclone.provision.Provisioning;
import picocli.CommandLine.Option;

/** What to do about an earlier run, or only to show what would be done. */
final class RunOptions {

    @Option(
            names = "--dry-run",
            description =
                    "Make all checks, show what the run would do and why, and change nothing. The exit status is 0 for"
                            + " a clone, 3 for an incremental recovery, and that of the error if neither is possible.")
    private boolean dryRun;

    @Option(
            names = "--resume",
            description = "Continue the run that the record in the directory describes, at the step where it ended.")
    private boolean resume;

    @Option(
            names = "--rollback",
            description = "Put the old data back, and remove the clone. Possible until the new server is configured.")
    private boolean rollback;

    /** @throws UsageException if both are given */
    Provisioning.Mode mode() throws UsageException {
        if (resume && rollback) {
            throw new UsageException("--resume and --rollback exclude each other");
        }
        if (dryRun && (resume || rollback)) {
            throw new UsageException("--dry-run excludes --resume and --rollback");
        }
        return rollback ? Provisioning.Mode.ROLL_BACK : resume ? Provisioning.Mode.RESUME : Provisioning.Mode.NEW;
    }

    boolean isDryRun() {
        return dryRun;
    }
}

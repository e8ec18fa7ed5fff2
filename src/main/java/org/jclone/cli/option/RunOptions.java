package org.jclone.cli.option;

import org.jclone.provision.Provisioning;
import org.jclone.recipient.api.ResumeMode;
import picocli.CommandLine.Option;

/** What to do about an earlier run, or only to show what would be done. */
final class RunOptions {

    @Option(
            names = "--dry-run",
            description =
                    "Make all checks, show what the run would do and why, and change nothing. The exit status is 0 for"
                            + " a clone, 3 for an incremental recovery, and 16 if neither is possible.")
    private boolean dryRun;

    @Option(
            names = "--resume",
            paramLabel = "WHEN",
            arity = "0..1",
            fallbackValue = "REQUIRED",
            preprocessor = AttachedValue.class,
            converter = ResumeOptions.ResumeConverter.class,
            description =
                    "Continue the run that the record in the directory describes, at the step where it ended; fail if there"
                            + " is none. With --resume=auto begin a new run then, and do nothing if the run is complete.")
    private ResumeMode resume = ResumeMode.NEVER;

    @Option(
            names = "--rollback",
            description = "Put the old data back, and remove the clone. Possible until HAND OVER.")
    private boolean rollback;

    /** @throws UsageException if both are given */
    Provisioning.Mode mode() throws UsageException {
        boolean resumes = resume != ResumeMode.NEVER;
        if (resumes && rollback) {
            throw new UsageException("--resume and --rollback exclude each other");
        }
        if (dryRun && (resumes || rollback)) {
            throw new UsageException("--dry-run excludes --resume and --rollback");
        }
        if (rollback) {
            return Provisioning.Mode.ROLL_BACK;
        }
        return switch (resume) {
            case NEVER -> Provisioning.Mode.NEW;
            case REQUIRED -> Provisioning.Mode.RESUME;
            case AUTO -> Provisioning.Mode.RESUME_OR_BEGIN;
        };
    }

    boolean isDryRun() {
        return dryRun;
    }
}

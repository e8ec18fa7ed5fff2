package org.jclone.cli;

import picocli.CommandLine.Command;

/** {@code jclone plan}: same as {@code jclone provision --dry-run}. */
@Command(
        name = "plan",
        customSynopsis = "jclone plan --donor=HOST[:PORT] --user=USER --dir=DIR --replication-user=USER [OPTION...]",
        description = "Show what jclone provision would do with the same options, and why. Nothing is changed.")
final class PlanCommand extends ProvisionCommand {

    PlanCommand(ProgramContext context) {
        super(context);
    }

    @Override
    boolean isDryRun() {
        return true;
    }
}

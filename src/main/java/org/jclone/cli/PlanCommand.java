package org.jclone.cli;

import org.jclone.cli.option.Examples;
import picocli.CommandLine.Command;

/** {@code jclone plan}: same as {@code jclone provision --dry-run}. */
@Command(
        name = "plan",
        customSynopsis = "jclone plan --donor=HOST[:PORT] --user=USER --dir=DIR --replication-user=USER [OPTION...]",
        description = "Show what jclone provision would do with the same options, and why. Nothing is changed.")
@Examples({
    "# Would a broken replica be cloned, or fetch what it lacks from the binary log?",
    "jclone plan --replace --donor=db1 --user=cloner --password-file=/etc/jclone/clone.pw \\",
    "  --replication-user=repl --replication-password-file=/etc/jclone/repl.pw --dir=/var/lib/mysql"
})
final class PlanCommand extends ProvisionCommand {

    PlanCommand(ProgramContext context) {
        super(context);
    }

    @Override
    boolean isDryRun() {
        return true;
    }
}

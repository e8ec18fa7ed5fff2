package org.jclone.provision.step;

import java.io.IOException;
import java.nio.file.Path;
import org.jclone.provision.mysqld.ChildEnvironment;
import org.jclone.provision.mysqld.Interruptions;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** Runs the operator's commands. Their output goes to standard error. */
public final class Commands {

    private Commands() {}

    /** @param option the option that names the command */
    public static void run(String option, String command) throws CloneException {
        ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", "exec >&2\n" + command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        ChildEnvironment.clean(shell.environment());
        try {
            int status = shell.start().waitFor();
            if (status != 0) {
                throw Failure.Provisioning.COMMAND.exception(
                        "the command of " + option + " ended with status " + status + ": " + command);
            }
        } catch (IOException e) {
            throw Failure.Provisioning.COMMAND.exception(
                    "cannot run the command of " + option + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        }
    }
}

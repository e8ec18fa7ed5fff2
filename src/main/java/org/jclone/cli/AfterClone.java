package org.jclone.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.mysqld.ChildEnvironment;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.explain.Failure;

/** The steps after a completed clone: change its owner, run a command. */
record AfterClone(Optional<Owner> owner, Optional<String> command) {

    /** @throws CloneException {@link CloneErrorCode#AFTER_CLONE}; the clone is still complete */
    void run(CloneRequest request, CloneResult result) throws CloneException {
        if (owner.isPresent()) {
            try {
                owner.get().take(request, result);
            } catch (IOException e) {
                Object file = e instanceof FileSystemException failure ? failure.getFile() : result.directory();
                throw Failure.AfterClone.OWNER.exception(
                        "cannot give " + file + " to " + owner.get().user() + ": " + FileReason.of(e));
            }
        }
        if (command.isPresent()) {
            runCommand(command.get(), result);
        }
    }

    /** Standard output carries the result, so the output of the command goes to standard error. */
    private static void runCommand(String command, CloneResult result) throws CloneException {
        ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", "exec >&2\n" + command)
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = shell.environment();
        ChildEnvironment.clean(environment);
        environment.put("JCLONE_DIR", result.directory().toString());
        environment.put("JCLONE_DONOR", result.donor().toString());
        environment.put("JCLONE_DONOR_VERSION", result.donorVersion());
        environment.put(
                "JCLONE_CONFIG_FILE",
                result.configuration().file().map(Object::toString).orElse(""));
        try {
            int status = shell.start().waitFor();
            if (status != 0) {
                throw Failure.AfterClone.COMMAND.exception("the command of --run-after ended with status " + status);
            }
        } catch (IOException e) {
            throw Failure.AfterClone.COMMAND.exception("cannot run the command of --run-after: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.AfterClone.COMMAND.exception("interrupted in the command of --run-after");
        }
    }
}

package org.jclone.tests.server;

import java.util.List;
import org.jclone.tests.process.CommandResult;

/** A script failed. The message holds its complete output. */
public final class ScriptException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ScriptException(String script, List<String> arguments, CommandResult result) {
        super(script + ' ' + String.join(" ", arguments) + " ended with " + result.exitStatus() + ":\n"
                + result.stdout() + result.stderr());
    }
}

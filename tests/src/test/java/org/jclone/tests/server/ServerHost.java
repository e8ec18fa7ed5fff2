package org.jclone.tests.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jclone.tests.process.CommandResult;

/**
 * Where MySQL servers run. They always see {@link #workspace()} under the same path as this process, and listen on this
 * machine's loopback addresses.
 */
public sealed interface ServerHost extends AutoCloseable permits LocalServerHost, ContainerServerHost {

    /** Describes for people where servers come from. */
    String description();

    /** The directory for all servers and clones of this run. Its path is short enough for Unix sockets. */
    Path workspace();

    /** Runs a script of {@code tests/server} and waits for its end. */
    CommandResult run(String script, List<String> arguments, Duration timeout);

    @Override
    void close();

    /** Runs a script that must succeed, and returns its output. */
    default String require(String script, List<String> arguments, Duration timeout) {
        CommandResult result = run(script, arguments, timeout);
        if (!result.succeeded()) {
            throw new ScriptException(script, arguments, result);
        }
        return result.stdout();
    }
}

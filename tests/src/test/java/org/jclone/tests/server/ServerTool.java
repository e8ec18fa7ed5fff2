package org.jclone.tests.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.RunningCommand;

/**
 * The programs beside a real server, such as {@code mysql} and {@code my_print_defaults}: {@code tests/server/tool}.
 */
public final class ServerTool {

    private static final Path TOOL = Path.of("server", "tool").toAbsolutePath();
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private ServerTool() {}

    /** Returns the output; throws if the program fails. */
    public static String run(Map<String, String> environment, String name, String... arguments) {
        CommandResult result = result(environment, name, arguments);
        assertThat(result.exitStatus()).describedAs(result.stderr()).isZero();
        return result.stdout();
    }

    /** Returns the server program. */
    public static Path mysqld() {
        CommandResult home = RunningCommand.run(List.of(script("install").toString()), Map.of(), TIMEOUT);
        assertThat(home.exitStatus()).describedAs(home.stderr()).isZero();
        String found = home.stdout().strip();
        return found.equals("system") ? Path.of("/usr/sbin/mysqld") : Path.of(found, "bin", "mysqld");
    }

    /** Returns a script of {@code tests/server}, for programs that run it themselves. */
    public static Path script(String name) {
        return TOOL.resolveSibling(name);
    }

    /** Returns the result, whatever the exit status. */
    public static CommandResult result(Map<String, String> environment, String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(TOOL.toString(), name));
        command.addAll(List.of(arguments));
        return RunningCommand.run(command, environment, TIMEOUT);
    }
}

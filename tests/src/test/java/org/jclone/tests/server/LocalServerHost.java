package org.jclone.tests.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.RunningCommand;

/** Servers as processes of this machine, from Debian packages unpacked by the script {@code install}. */
final class LocalServerHost implements ServerHost {

    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(15);

    private final Path scripts;
    private final Path workspace;
    private final String home;

    private LocalServerHost(Path scripts, String home) {
        this.scripts = scripts;
        this.home = home;
        this.workspace = Workspace.create();
    }

    /** Empty if no server is available here; {@code reasons} then gets one more entry. */
    static Optional<ServerHost> open(List<String> reasons) {
        Path scripts = Workspace.scripts();
        CommandResult installed =
                RunningCommand.run(List.of(scripts.resolve("install").toString()), Map.of(), INSTALL_TIMEOUT);
        if (!installed.succeeded()) {
            reasons.add(
                    "no server from Debian's packages: " + installed.stderr().strip());
            return Optional.empty();
        }
        return Optional.of(new LocalServerHost(scripts, installed.stdout().strip()));
    }

    @Override
    public String description() {
        return "processes of this machine, from " + home;
    }

    @Override
    public Path workspace() {
        return workspace;
    }

    @Override
    public CommandResult run(String script, List<String> arguments, Duration timeout) {
        List<String> command = new ArrayList<>(List.of(scripts.resolve(script).toString()));
        command.addAll(arguments);
        Map<String, String> environment = Map.of(
                "JCLONE_MYSQL_HOME",
                home,
                "JCLONE_MYSQL_FLUSH",
                "nosync",
                "JCLONE_MYSQL_TEMPLATES",
                System.getProperty(
                        "jclone.test.templates", workspace.resolve("templates").toString()));
        return RunningCommand.run(command, environment, timeout);
    }

    @Override
    public void close() {
        Workspace.delete(workspace);
    }
}

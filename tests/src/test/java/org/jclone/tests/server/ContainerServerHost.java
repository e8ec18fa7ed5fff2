package org.jclone.tests.server;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.tests.process.CommandResult;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Servers as processes of one container of an image that has {@code mysqld}, {@code mysql} and {@code bash} in its
 * path, such as the official ones. The container serves as a machine: its own start script does not run, it shares
 * the network of this machine, sees workspace and scripts under their own paths, and uses our user id.
 */
final class ContainerServerHost implements ServerHost {

    static final String IMAGE = System.getProperty("jclone.test.image", "mysql:9.7");

    /** Init process of the container: adopts servers whose script has ended, and reaps them. */
    private static final String FIRST_PROCESS = "trap exit TERM; while :; do sleep 1 & wait $!; done";

    private final Path scripts = Workspace.scripts();
    private final Path workspace = Workspace.create();
    private final GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withEnv("JCLONE_MYSQL_HOME", "system")
            .withCreateContainerCmdModifier(this::configure);

    private ContainerServerHost() {}

    /** Empty if no engine answers or it lacks the image; {@code reasons} then gets one more entry. */
    static Optional<ServerHost> open(List<String> reasons) {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            reasons.add("no server in a container: no Docker engine answers");
            return Optional.empty();
        }
        ContainerServerHost host = new ContainerServerHost();
        try {
            host.container.start();
            return Optional.of(host);
        } catch (RuntimeException e) {
            // Without a registry or network, the engine fails in many ways, with exceptions of many libraries.
            Workspace.delete(host.workspace);
            reasons.add("no server in a container of " + IMAGE + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private void configure(CreateContainerCmd command) {
        HostConfig hostConfig = new HostConfig()
                .withNetworkMode("host")
                // Needed for mount namespaces, in which servers see different directories under one path.
                .withCapAdd(Capability.SYS_ADMIN)
                .withSecurityOpts(List.of("apparmor=unconfined"))
                .withBinds(Bind.parse(workspace + ":" + workspace), Bind.parse(scripts + ":" + scripts + ":ro"));
        command.withHostConfig(hostConfig)
                .withUser(userId())
                .withEntrypoint("bash")
                .withCmd("-c", FIRST_PROCESS);
    }

    private String userId() {
        try {
            return Files.getAttribute(workspace, "unix:uid") + ":" + Files.getAttribute(workspace, "unix:gid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String description() {
        return "processes of a container of " + IMAGE;
    }

    @Override
    public Path workspace() {
        return workspace;
    }

    @Override
    public CommandResult run(String script, List<String> arguments, Duration timeout) {
        List<String> command = new ArrayList<>(List.of(
                "timeout",
                Long.toString(timeout.toSeconds()),
                scripts.resolve(script).toString()));
        command.addAll(arguments);
        try {
            ExecResult result = container.execInContainer(command.toArray(String[]::new));
            return new CommandResult(result.getExitCode(), result.getStdout(), result.getStderr());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command, e);
        }
    }

    @Override
    public void close() {
        container.stop();
        Workspace.delete(workspace);
    }
}

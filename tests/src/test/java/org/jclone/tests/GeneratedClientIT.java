package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client that a generator makes of the OpenAPI document works with a daemon. */
@Tag("full")
class GeneratedClientIT {

    @Test
    void usesEveryOperation() {
        List<String> command = new ArrayList<>(
                List.of(Path.of("api-client/run").toAbsolutePath().toString()));
        command.addAll(Jclone.command(List.of()));

        CommandResult result = RunningCommand.run(command, Map.of(), Duration.ofMinutes(5));

        assertThat(result.exitStatus()).as(result.stderr()).isZero();
        assertThat(result.stdout()).contains("ok: start\n", "ok: plan\n", "ok: events\n", "ok: setThrottle\n");
    }
}

package org.jclone.cli.option;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jclone.provision.api.HookSettings;
import org.jclone.provision.api.HookSettings.Hook;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The operator's commands for moments of a run. */
@Command(optionListHeading = "Hooks")
public final class HookOptions {

    @Option(
            names = "--hook-donor-chosen",
            paramLabel = "COMMAND",
            description =
                    "Command for /bin/sh before a donor is cloned, and again before another donor is. The run stops if"
                            + " it fails.")
    private String donorChosen;

    @Option(
            names = "--hook-before-exchange",
            paramLabel = "COMMAND",
            description =
                    "Command for /bin/sh when the clone is complete and the old server is stopped. The run stops if it"
                            + " fails; the old data is then untouched.")
    private String beforeExchange;

    @Option(
            names = "--hook-caught-up",
            paramLabel = "COMMAND",
            description =
                    "Command for /bin/sh when CATCH UP ends, before clients can reach the new server. The run stops if"
                            + " it fails.")
    private String caughtUp;

    @Option(
            names = "--hook-failed",
            paramLabel = "COMMAND",
            description = "Command for /bin/sh when a step fails. If the command fails, too, there is only a warning.")
    private String failed;

    @Option(
            names = "--hook-timeout",
            paramLabel = "SECONDS",
            description = "Kill the command of a hook after this time; it has then failed.")
    @Range(min = 1, max = 86_400)
    private int timeoutSeconds = Math.toIntExact(HookSettings.DEFAULT_TIME_LIMIT.toSeconds());

    public HookSettings settings() {
        Map<Hook, String> commands = new EnumMap<>(Hook.class);
        put(commands, Hook.DONOR_CHOSEN, donorChosen);
        put(commands, Hook.BEFORE_EXCHANGE, beforeExchange);
        put(commands, Hook.CAUGHT_UP, caughtUp);
        put(commands, Hook.FAILED, failed);
        return new HookSettings(commands, Duration.ofSeconds(timeoutSeconds));
    }

    private static void put(Map<Hook, String> commands, Hook hook, String command) {
        if (command != null) {
            commands.put(hook, command);
        }
    }
}

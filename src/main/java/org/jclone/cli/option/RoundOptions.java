package org.jclone.cli.option;

import java.time.Duration;
import org.jclone.provision.donor.Rounds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How often and how long to try donors. */
@Command(optionListHeading = "Several donors")
public final class RoundOptions {

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Maximum number of attempts with each donor. A donor with a permanent failure, such as a refused login, is not"
                            + " tried again. A single donor without --donors-from, --max-lag and --wait-for-donor is tried once;"
                            + " jclone fetch then has --retries.")
    @Range(min = 1, max = 1_000_000)
    private int rounds = Rounds.Settings.DEFAULT_ROUNDS;

    @Option(names = "--round-interval", paramLabel = "SECONDS", description = "Pause between two rounds of attempts.")
    @Range(min = 0, max = 86_400)
    private long intervalSeconds = Rounds.Settings.DEFAULT_INTERVAL.toSeconds();

    @Option(
            names = "--wait-for-donor",
            paramLabel = "SECONDS",
            description = "How long to wait in all for donors that serve another clone, while no other donor is free.")
    @Range(min = 0, max = 2_592_000)
    private int waitSeconds;

    /** Whether to wait for a donor. */
    public boolean isWaiting() {
        return waitSeconds > 0;
    }

    public Rounds.Settings settings() {
        return new Rounds.Settings(
                rounds,
                Duration.ofSeconds(intervalSeconds),
                Duration.ofSeconds(waitSeconds),
                Rounds.Settings.DEFAULT_POLL);
    }
}

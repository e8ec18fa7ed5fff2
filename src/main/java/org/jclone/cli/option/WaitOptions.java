package org.jclone.cli.option;

import java.time.Duration;
import org.jclone.provision.api.WaitSettings;
import picocli.CommandLine.Option;

/** What to wait for, and for how long, before the new server is handed over. */
final class WaitOptions {

    @Option(
            names = "--wait",
            paramLabel = "WHAT",
            converter = UntilConverter.class,
            description =
                    "What to wait for before the server is handed over: CAUGHT_UP, that it has what the source had"
                            + " --wait-lag ago; REPLICATING, that receiver and applier run; CONFIGURED, nothing.")
    private WaitSettings.Until until = WaitSettings.Until.CAUGHT_UP;

    @Option(names = "--wait-lag", paramLabel = "SECONDS", description = "How far behind CAUGHT_UP may be.")
    @Range(min = 1, max = 86_400)
    private int maxLagSeconds = 10;

    @Option(
            names = "--wait-stall",
            paramLabel = "SECONDS",
            description = "Give up if a server makes no progress at all for this long. There is no other time limit.")
    @Range(min = 1, max = 86_400)
    private int stallSeconds = 600;

    WaitSettings settings() {
        return new WaitSettings(until, Duration.ofSeconds(maxLagSeconds), Duration.ofSeconds(stallSeconds));
    }

    /** Converts values of {@code --wait}. */
    static final class UntilConverter extends ConstantConverter<WaitSettings.Until> {

        UntilConverter() {
            super(WaitSettings.Until.class);
        }
    }
}

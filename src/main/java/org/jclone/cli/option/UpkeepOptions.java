package org.jclone.cli.option;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jclone.daemon.Upkeep;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of a target in the file of {@code jclone daemon}, besides those of {@code jclone provision}. */
@Command(optionListHeading = "Upkeep")
public final class UpkeepOptions {

    /** Values of {@code ensure}. */
    enum Ensure {
        NOTHING,
        REPLICA
    }

    @Option(names = "--from", paramLabel = "NAME", description = "The group [source NAME] with the donors.")
    private String from;

    @Option(
            names = "--ensure",
            paramLabel = "NOTHING|REPLICA",
            converter = EnsureConverter.class,
            description = "REPLICA: provision an empty directory, and repeat a failed run, without an order.")
    private Ensure ensure = Ensure.NOTHING;

    @Option(
            names = "--auto-replace",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            converter = Switch.Converter.class,
            description = "With ensure=REPLICA: replace data whose missing transactions the source has purged.")
    private Switch autoReplace = Switch.OFF;

    @Option(
            names = "--check-interval",
            paramLabel = "SECONDS",
            description = "With ensure=REPLICA: time between two looks at the target.")
    @Range(min = 1, max = 86_400)
    private int checkIntervalSeconds = 60;

    @Option(
            names = "--max-runs-a-day",
            paramLabel = "N",
            description = "With ensure=REPLICA: the largest number of runs without an order in 24 hours.")
    @Range(min = 1, max = 1000)
    private int maxRunsADay = 10;

    /** Converts values of {@code --ensure}. */
    static final class EnsureConverter implements ITypeConverter<Ensure> {

        @Override
        public Ensure convert(String value) {
            return switch (value.toUpperCase(Locale.ROOT)) {
                case "NOTHING" -> Ensure.NOTHING;
                case "REPLICA" -> Ensure.REPLICA;
                default -> throw new TypeConversionException("neither NOTHING nor REPLICA");
            };
        }
    }

    public Optional<String> from() {
        return Optional.ofNullable(from);
    }

    /** @throws UsageException if the options contradict each other */
    public Upkeep upkeep(boolean isReplaced) throws UsageException {
        boolean isEnsured = ensure == Ensure.REPLICA;
        if (autoReplace.isOn() && !(isEnsured && isReplaced)) {
            throw new UsageException("auto-replace needs ensure=REPLICA and replace");
        }
        return new Upkeep(isEnsured, autoReplace.isOn(), Duration.ofSeconds(checkIntervalSeconds), maxRunsADay);
    }
}

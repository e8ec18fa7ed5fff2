package org.jclone.cli.option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.api.InterruptionSettings;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.RetryPolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Interruptions of the network and of jclone itself. */
@Command(optionListHeading = "Interruptions")
public final class ResumeOptions {

    @Option(
            names = "--resume",
            paramLabel = "WHEN",
            arity = "0..1",
            fallbackValue = "REQUIRED",
            preprocessor = AttachedValue.class,
            converter = ResumeConverter.class,
            description =
                    "Resume the unfinished clone in --dir, as long as the donor keeps its snapshot; fail if that is"
                            + " impossible. With --resume=auto jclone then removes the unfinished clone and starts over.")
    private ResumeMode resume = ResumeMode.NEVER;

    @Option(
            names = "--reconnect-timeout",
            paramLabel = "SECONDS",
            description = "How long to try to reconnect to the donor after a connection breaks; 0 means not at all. The"
                    + " default is as long as the donor waits: its clone_donor_timeout_after_network_failure.")
    @Range(min = 0, max = 86_400)
    private Integer reconnectSeconds;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "How many times to try again if the donor is busy or unreachable, or if the connection breaks"
                    + " before any data flows. Permanent errors are not retried.")
    @Range(min = 0, max = 1_000_000)
    private int retries;

    @Option(
            names = "--retry-wait",
            paramLabel = "TIME[,TIME...]",
            converter = WaitsConverter.class,
            defaultValue = "5s,10s,30s",
            description = "Time to wait before each retry, such as 10s or 2m; the last time applies to all further"
                    + " retries.")
    private Waits retryWaits;

    @Option(
            names = "--stall-timeout",
            paramLabel = "SECONDS",
            description = "Maximum time without data on a connection before it counts as broken. A donor sends a"
                    + " keep-alive every 5 seconds while it works; between two stages it may be silent, so the limit"
                    + " is at least 6 minutes there.")
    @Range(min = 6, max = 3600)
    private long stallSeconds = InterruptionSettings.DEFAULT_READ_TIMEOUT.toSeconds();

    @Option(
            names = "--journal",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description = "Keep a journal of the copied data, so that --resume can resume the clone after this process"
                    + " ends.")
    private Switch journal = Switch.ON;

    @Option(
            names = "--limits-file",
            paramLabel = "FILE",
            description =
                    "File with the lines max-data-bandwidth=MIB and max-network-bandwidth=MIB, or one of them. They"
                            + " replace those limits at the start, and again whenever jclone receives SIGHUP (which nohup"
                            + " makes it ignore). A file with an error changes nothing.")
    private Path limitsFile;

    public Optional<Path> limitsFile() {
        return Optional.ofNullable(limitsFile);
    }

    public InterruptionSettings settings() {
        return new InterruptionSettings(
                Duration.ofSeconds(stallSeconds),
                InterruptionSettings.DEFAULT_TRANSITION_TIMEOUT,
                Optional.ofNullable(reconnectSeconds).map(Duration::ofSeconds),
                resume,
                false,
                journal.isOn(),
                new RetryPolicy(retries, retryWaits.times()));
    }

    static final class ResumeConverter implements ITypeConverter<ResumeMode> {

        @Override
        public ResumeMode convert(String text) {
            try {
                return ResumeMode.valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(text + " (expected: auto, required or never)");
            }
        }
    }

    /** The waiting times, in order. */
    record Waits(List<Duration> times) {

        /** Picocli asks for it at each start; a record's own would be compiled then. */
        @Override
        public String toString() {
            return times.toString();
        }
    }

    static final class WaitsConverter implements ITypeConverter<Waits> {

        private static final Pattern TIME = Pattern.compile("(\\d{1,5})(s|m|h)?");

        @Override
        public Waits convert(String text) {
            List<Duration> times = new ArrayList<>();
            for (String time : text.split(",", -1)) {
                Matcher matcher = TIME.matcher(time.strip());
                if (!matcher.matches()) {
                    throw new TypeConversionException(text + " (expected: times such as 5s,10s,2m)");
                }
                long number = Long.parseLong(matcher.group(1));
                times.add(
                        "m".equals(matcher.group(2))
                                ? Duration.ofMinutes(number)
                                : "h".equals(matcher.group(2)) ? Duration.ofHours(number) : Duration.ofSeconds(number));
            }
            return new Waits(times);
        }
    }
}

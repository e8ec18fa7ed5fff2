package org.jclone.cli.option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.ResumeMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What to do when the network, or jclone itself, was interrupted. */
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
                    "Go on with the unfinished clone in --dir, as long as the donor keeps its snapshot; fail if that"
                            + " cannot be. With --resume=auto begin a new clone then, which removes the unfinished"
                            + " one.")
    private ResumeMode resume = ResumeMode.NEVER;

    @Option(
            names = "--reconnect-timeout",
            paramLabel = "SECONDS",
            description =
                    "How long to try to come back to the donor when a connection breaks; 0 is not at all. Without it,"
                            + " as long as the donor waits: its clone_donor_timeout_after_network_failure.")
    @Range(min = 0, max = 86_400)
    private Integer reconnectSeconds;

    @Option(
            names = "--stall-timeout",
            paramLabel = "SECONDS",
            description =
                    "Longest silence on a connection before it counts as broken. A donor that works gives a sign of"
                            + " life every 5 seconds.")
    @Range(min = 6, max = 3600)
    private int stallSeconds = 30;

    @Option(
            names = "--journal",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description =
                    "Note what is copied, so that --resume can go on with the clone after the death of this process.")
    private Switch journal = Switch.ON;

    @Option(
            names = "--limits-file",
            paramLabel = "FILE",
            description =
                    "File with the lines max-data-bandwidth=MIB and max-network-bandwidth=MIB, or one of them. They"
                            + " replace those limits at the start, and again whenever jclone gets SIGHUP (which nohup"
                            + " makes it ignore). A file with a mistake changes nothing.")
    private Path limitsFile;

    public Optional<Path> limitsFile() {
        return Optional.ofNullable(limitsFile);
    }

    public void applyTo(CloneRequest.Builder request) {
        request.resume(resume).readTimeout(Duration.ofSeconds(stallSeconds)).journal(journal.isOn());
        if (reconnectSeconds != null) {
            request.reconnectTimeout(Duration.ofSeconds(reconnectSeconds));
        }
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
}

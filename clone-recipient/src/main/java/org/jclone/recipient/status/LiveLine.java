package org.jclone.recipient.status;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStatus;

/**
 * The last line of {@code #view_progress} while a clone runs. No server reads it, because a server refuses an unfinished directory.
 *
 * <pre>
 * jclone PID UPDATED CONNECTIONS DATA-PER-SECOND NETWORK-PER-SECOND SECONDS-LEFT LAST-TROUBLE
 * </pre>
 *
 * <p>UPDATED is in microseconds since 1970-01-01 UTC; SECONDS-LEFT is -1 if there is no estimate.
 */
final class LiveLine {

    private static final Pattern LINE =
            Pattern.compile("jclone (\\d{1,18}) (\\d{1,18}) (\\d{1,9}) (\\d{1,18}) (\\d{1,18}) (-1|\\d{1,18}) ?(.*)");

    private LiveLine() {}

    /** @param lastTrouble a single line */
    static String of(CloneProgress progress, Instant now, String lastTrouble) {
        return "jclone " + ProcessHandle.current().pid()
                + ' ' + ChronoUnit.MICROS.between(Instant.EPOCH, now)
                + ' ' + progress.connections()
                + ' ' + progress.dataBytesPerSecond()
                + ' ' + progress.networkBytesPerSecond()
                + ' ' + progress.timeLeft().map(Duration::toSeconds).orElse(-1L)
                + ' ' + lastTrouble + '\n';
    }

    static Optional<CloneStatus.Live> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long secondsLeft = Long.parseLong(matcher.group(6));
        return Optional.of(new CloneStatus.Live(
                Long.parseLong(matcher.group(1)),
                Instant.EPOCH.plus(Long.parseLong(matcher.group(2)), ChronoUnit.MICROS),
                Integer.parseInt(matcher.group(3)),
                Long.parseLong(matcher.group(4)),
                Long.parseLong(matcher.group(5)),
                secondsLeft < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(secondsLeft)),
                matcher.group(7)));
    }
}

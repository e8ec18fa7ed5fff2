package org.jclone.cli.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import org.jclone.cli.output.StackTrace;
import org.jclone.protocol.text.Printable;
import org.slf4j.event.KeyValuePair;

/**
 * A log record as text: {@code 2026-01-31T12:00:00.123Z INFO  clone-data-3 CloneSession: message key=value}. A stack
 * trace follows on lines of its own.
 */
final class LogLine {

    private LogLine() {}

    static String of(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160)
                .append(event.getInstant())
                .append(' ')
                .append(event.getLevel())
                .append(" ".repeat(Math.max(1, 6 - event.getLevel().toString().length())))
                .append(event.getThreadName())
                .append(' ')
                .append(simpleName(event.getLoggerName()))
                .append(": ")
                .append(Printable.of(event.getFormattedMessage()));
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.append(' ').append(pair.key).append('=');
                appendValue(line, Printable.of(String.valueOf(pair.value)));
            }
        }
        if (event.getThrowableProxy() instanceof ThrowableProxy proxy) {
            line.append('\n').append(StackTrace.of(proxy.getThrowable()));
        }
        return line.toString();
    }

    private static String simpleName(String loggerName) {
        return loggerName.substring(loggerName.lastIndexOf('.') + 1);
    }

    /** Quotes the value if it would not read as one word. */
    private static void appendValue(StringBuilder line, String value) {
        boolean oneWord = !value.isEmpty() && value.indexOf(' ') < 0 && value.indexOf('"') < 0;
        if (oneWord) {
            line.append(value);
        } else {
            line.append('"').append(value.replace("\"", "\\\"")).append('"');
        }
    }
}

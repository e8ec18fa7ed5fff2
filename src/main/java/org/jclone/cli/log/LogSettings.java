package org.jclone.cli.log;

import java.util.Objects;
import java.util.function.Consumer;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.output.Screen;

/**
 * Settings that must be known before the first logger is created. SLF4J configures Logback on its first use, so the
 * settings are passed in a static field. Set it once, before any engine class is used.
 */
public record LogSettings(LogLevel level, Consumer<String> sink) {

    private static volatile LogSettings current = new LogSettings(LogLevel.WARN, new Screen(System.err)::printLines);

    public LogSettings {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(sink, "sink");
    }

    /** Sets the level. Call this before the first logger is created; later calls have no effect. */
    public static void install(LogLevel level, Screen screen) {
        install(level, screen::printLines);
    }

    /** Sets the level, and another destination for the records. */
    public static void install(LogLevel level, Consumer<String> sink) {
        current = new LogSettings(level, sink);
    }

    static LogSettings current() {
        return current;
    }
}

package org.jclone.cli.log;

import java.util.Objects;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.output.Screen;

/**
 * What the log needs to know before the first logger is made. Logback configures itself when SLF4J first wakes it, so
 * this is handed over through a static field; it is set once, before anything of the engine is touched.
 */
public record LogSettings(LogLevel level, Screen screen) {

    private static volatile LogSettings current = new LogSettings(LogLevel.WARN, new Screen(System.err));

    public LogSettings {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(screen, "screen");
    }

    /** To be called before the first logger is made; later it is without effect. */
    public static void install(LogLevel level, Screen screen) {
        current = new LogSettings(level, screen);
    }

    static LogSettings current() {
        return current;
    }
}

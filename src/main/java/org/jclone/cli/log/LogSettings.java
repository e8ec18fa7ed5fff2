package org.jclone.cli.log;

import java.util.Objects;
import java.util.function.Consumer;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.output.Screen;

/**
 * What the log needs to know before the first logger is made. Logback configures itself when SLF4J first wakes it, so
 * this is handed over through a static field; it is set once, before anything of the engine is touched.
 */
public record LogSettings(LogLevel level, Consumer<String> sink) {

    private static volatile LogSettings current = new LogSettings(LogLevel.WARN, new Screen(System.err)::printLines);

    public LogSettings {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(sink, "sink");
    }

    /** To be called before the first logger is made; later the level is without effect. */
    public static void install(LogLevel level, Screen screen) {
        install(level, screen::printLines);
    }

    /** The same, for records that go elsewhere. */
    public static void install(LogLevel level, Consumer<String> sink) {
        current = new LogSettings(level, sink);
    }

    static LogSettings current() {
        return current;
    }
}

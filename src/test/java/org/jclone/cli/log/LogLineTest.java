package org.jclone.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.output.Screen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogLineTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void writesARecordOnOneLineWithItsKeysAndValues() {
        logger(LogLevel.INFO)
                .atInfo()
                .addKeyValue("stage", "FILE COPY")
                .addKeyValue("bytes", 17)
                .addKeyValue("reason", "a \"quoted\" word\nand a line end")
                .addKeyValue("nothing", "")
                .log("stage completed");
        assertThat(printed())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z INFO  \\S+ Session: stage completed"
                        + " stage=\"FILE COPY\" bytes=17"
                        + " reason=\"a \\\\\"quoted\\\\\" word\\\\u000aand a line end\" nothing=\"\"\n");
    }

    @Test
    void writesAStackTraceOnLinesOfItsOwn() {
        logger(LogLevel.INFO)
                .atWarn()
                .setCause(new IllegalStateException("here"))
                .log("failed");
        assertThat(printed().lines().toList())
                .satisfies(lines -> assertThat(lines.get(0)).endsWith("Session: failed"))
                .satisfies(lines -> assertThat(lines.get(1)).isEqualTo("java.lang.IllegalStateException: here"))
                .hasSizeGreaterThan(2);
    }

    @Test
    void aMessageOfAnExceptionCannotForgeALine() {
        logger(LogLevel.INFO)
                .atWarn()
                .setCause(new IllegalStateException("a", new IllegalStateException("b\n2026-01-31T12:00:00Z forged")))
                .log("failed");
        assertThat(printed().lines()).noneMatch(line -> line.startsWith("2026-01-31T12"));
        assertThat(printed()).contains("Caused by: java.lang.IllegalStateException: b\\u000a2026");
    }

    @Test
    void dropsRecordsBelowTheLevel() {
        Logger logger = logger(LogLevel.WARN);
        logger.info("not this");
        logger.warn("this");
        assertThat(printed()).contains("this").doesNotContain("not this");
    }

    @Test
    void dropsRecordsOfNettyExceptAtTrace() {
        logger(LogLevel.DEBUG);
        assertThat(context.getLogger("io.netty.util").getEffectiveLevel()).isEqualTo(Level.WARN);
        context.reset();
        logger(LogLevel.TRACE);
        assertThat(context.getLogger("io.netty.util").getEffectiveLevel()).isEqualTo(Level.DEBUG);
    }

    private Logger logger(LogLevel level) {
        LogSettings.install(level, new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8)));
        assertThat(new LogbackConfigurator().configure(context)).isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
        return context.getLogger("org.jclone.recipient.session.Session");
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

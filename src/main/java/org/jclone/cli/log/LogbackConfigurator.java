package org.jclone.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.jclone.cli.option.LogLevel;

/**
 * Configures Logback in code: finding, reading and applying an XML file would cost more than all other logging of a
 * clone. {@code META-INF/services} names this class.
 */
public final class LogbackConfigurator extends ContextAwareBase implements Configurator {

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        LogSettings settings = LogSettings.current();
        SinkAppender appender = new SinkAppender();
        appender.setContext(context);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(levelOf(settings.level()));
        // At DEBUG, Netty logs hundreds of lines about the platform that concern no clone.
        context.getLogger("io.netty").setLevel(settings.level() == LogLevel.TRACE ? Level.DEBUG : Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Level levelOf(LogLevel level) {
        return switch (level) {
            case ERROR -> Level.ERROR;
            case WARN -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
            case TRACE -> Level.TRACE;
        };
    }

    private static final class SinkAppender extends AppenderBase<ILoggingEvent> {

        @Override
        protected void append(ILoggingEvent event) {
            LogSettings settings = LogSettings.current();
            if (event.getLevel().isGreaterOrEqual(levelOf(settings.level()))) {
                settings.sink().accept(LogLine.of(event));
            }
        }
    }
}

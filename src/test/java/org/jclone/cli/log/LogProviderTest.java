package org.jclone.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.output.Screen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogProviderTest {

    @AfterEach
    void restoreDefaults() {
        LogSettings.install(
                LogLevel.WARN, new Screen(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)));
    }

    @Test
    void logsToTheSinkFromTheLevelOn() {
        List<String> lines = new ArrayList<>();
        LogSettings.install(LogLevel.INFO, lines::add);
        LogProvider provider = new LogProvider();
        provider.initialize();
        provider.getLoggerFactory().getLogger("org.jclone.x").info("noted");
        provider.getLoggerFactory().getLogger("org.jclone.x").debug("detail");
        provider.getLoggerFactory().getLogger("io.netty.x").info("about the platform");
        assertThat(lines).singleElement().asString().contains("noted");
    }

    /** Otherwise SLF4J would look for a provider in all jars, and take Logback's own. */
    @Test
    void theLauncherNamesIt() throws Exception {
        assertThat(Files.readString(Path.of("..", "jclone")))
                .contains("-Dslf4j.provider=" + LogProvider.class.getName());
    }
}

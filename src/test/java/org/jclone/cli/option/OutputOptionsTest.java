package org.jclone.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class OutputOptionsTest {

    @ParameterizedTest
    @CsvSource({
        "auto,text,100,BAR",
        "auto,text,40,BAR",
        "auto,text,39,LINES",
        "auto,text,0,LINES",
        "auto,json,100,NONE",
        "bar,json,0,BAR",
        "lines,text,100,LINES",
        "none,text,100,NONE"
    })
    void choosesTheProgressStyle(String style, String output, int width, ProgressStyle expected) {
        OptionalInt terminal = width == 0 ? OptionalInt.empty() : OptionalInt.of(width);
        assertThat(parse("--progress=" + style, "--output=" + output).progressStyle(terminal))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "--progress=auto,WARN",
        "-v,INFO",
        "-vv,DEBUG",
        "-vvv,TRACE",
        "-vvvv,TRACE",
        "--log-level=error,ERROR",
        "--log-level=debug,DEBUG",
    })
    void verboseCountsFromTheDefault(String argument, LogLevel expected) {
        assertThat(parse(argument).logLevel()).isEqualTo(expected);
    }

    @Test
    void theMoreVerboseOfLevelAndVerboseWins() {
        assertThat(parse("--log-level=trace", "-v").logLevel()).isEqualTo(LogLevel.TRACE);
        assertThat(parse("--log-level=error", "-v").logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(parse("-vv", "--verbose").logLevel()).isEqualTo(LogLevel.TRACE);
    }

    private static OutputOptions parse(String... args) {
        OutputOptions options = new OutputOptions();
        new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
        return options;
    }
}

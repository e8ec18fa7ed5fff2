package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jclone.cli.option.Command;
import org.jclone.cli.option.Option;
import org.jclone.cli.option.UsageText;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The documents say what the program does. {@code mvn test -pl src -am -Djclone.docs.update} writes the option tables
 * anew.
 */
class DocumentationTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern ERROR_ROW = Pattern.compile("^\\| (\\d+) \\| `([A-Z_]+)` \\|", Pattern.MULTILINE);

    @ParameterizedTest
    @EnumSource(
            value = Command.class,
            names = {"FETCH", "INSPECT"})
    void theOptionTablesAreThoseOfTheDeclarations(Command command) throws IOException {
        Path file = DOCS.resolve("options.md");
        String page = Files.readString(file);
        String begin = "<!-- options of " + command.commandName() + " -->\n";
        String end = "<!-- end -->";
        int from = page.indexOf(begin) + begin.length();
        int to = page.indexOf(end, from);
        String expected = tables(command);
        if (System.getProperty("jclone.docs.update") != null) {
            Files.writeString(file, page.substring(0, from) + expected + page.substring(to));
            return;
        }
        assertThat(page.substring(from, to)).isEqualTo(expected);
    }

    @Test
    void everyErrorHasItsRowWithItsExitStatus() throws IOException {
        Matcher rows = ERROR_ROW.matcher(Files.readString(DOCS.resolve("errors.md")));
        assertThat(rows.results().collect(Collectors.toMap(row -> row.group(2), row -> row.group(1))))
                .isEqualTo(Arrays.stream(CloneErrorCode.values())
                        .collect(Collectors.toMap(
                                Enum::name, code -> String.valueOf(code.exitStatus()), (a, b) -> a, TreeMap::new)));
    }

    private static String tables(Command command) {
        StringBuilder text = new StringBuilder();
        for (Option.Section section : Option.Section.values()) {
            List<Option<?>> options = command.options().stream()
                    .filter(option -> option.section() == section)
                    .toList();
            if (!options.isEmpty()) {
                text.append("\n### ").append(section.heading()).append("\n\n");
                text.append("| Option | Values | Default | Meaning |\n|---|---|---|---|\n");
                options.forEach(option -> text.append(row(option)));
            }
        }
        return text.append('\n').toString();
    }

    private static String row(Option<?> option) {
        String name = code(UsageText.synopsis(option))
                + (option.shortName().isEmpty() ? "" : ", " + code(option.shortName()));
        String defaultText = option.isRequired()
                ? "must be given"
                : option.defaultText().map(DocumentationTest::code).orElse("");
        String help = option.help() + (option.isRepeatable() && !option.isFlag() ? " May be given several times." : "");
        return "| " + name + " | " + option.type().range() + " | " + defaultText + " | " + help + " |\n";
    }

    private static String code(String text) {
        return "`" + text.replace("|", "\\|") + "`";
    }
}

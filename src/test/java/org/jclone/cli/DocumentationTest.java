package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jclone.cli.option.OptionText;
import org.jclone.cli.option.UsageHelp;
import org.jclone.cli.output.ExplanationText;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.explain.Explanations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Compares the documents with the program, and follows their links. {@code mvn test -pl src -am -Djclone.docs.update=yes} writes the tables.
 */
class DocumentationTest {

    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final Path DOCS = Path.of("..", "docs");
    private static final String EXPLANATIONS = "<!-- explanations -->\n\n";
    private static final Pattern ERROR_ROW = Pattern.compile("^\\| (\\d+) \\| `([A-Z_]+)` \\|", Pattern.MULTILINE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fetch",
                "provision",
                "daemon",
                "ctl",
                "history",
                "check",
                "donors",
                "status",
                "verify",
                "donor",
                "demo",
                "inspect",
                "explain"
            })
    void optionTablesMatchTheDeclarations(String command) throws IOException {
        Path file = DOCS.resolve("options.md");
        String page = Files.readString(file);
        String begin = "<!-- options of " + command + " -->\n";
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
    void troubleshootingMatchesTheExplanations() throws IOException {
        Path file = DOCS.resolve("troubleshooting.md");
        String page = Files.readString(file);
        int from = page.indexOf(EXPLANATIONS) + EXPLANATIONS.length();
        String expected = ExplanationText.markdown(Explanations.all());
        if (System.getProperty("jclone.docs.update") != null) {
            Files.writeString(file, page.substring(0, from) + expected);
            return;
        }
        assertThat(page.substring(from)).isEqualTo(expected);
    }

    @Test
    void everyErrorHasARowWithItsExitStatus() throws IOException {
        Matcher rows = ERROR_ROW.matcher(Files.readString(DOCS.resolve("errors.md")));
        assertThat(rows.results().collect(Collectors.toMap(row -> row.group(2), row -> row.group(1))))
                .isEqualTo(Arrays.stream(CloneErrorCode.values())
                        .collect(Collectors.toMap(
                                Enum::name, code -> String.valueOf(code.exitStatus()), (a, b) -> a, TreeMap::new)));
    }

    @Test
    void linksLeadToFilesAndHeadings() throws IOException {
        List<String> broken = new ArrayList<>();
        for (MarkdownPage page : MarkdownPage.below(TOP)) {
            for (String link : page.links()) {
                Path target = page.target(link);
                if (!Files.exists(target)) {
                    broken.add(TOP.relativize(page.path()) + ": no such file: " + link);
                } else if (link.contains("#")
                        && !MarkdownPage.of(target).anchors().contains(link.substring(link.indexOf('#') + 1))) {
                    broken.add(TOP.relativize(page.path()) + ": no such heading: " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPageIsReachableFromTheReadme() throws IOException {
        TreeSet<Path> unreachable = new TreeSet<>();
        MarkdownPage.below(TOP).forEach(page -> unreachable.add(page.path()));
        Deque<Path> reached = new ArrayDeque<>(List.of(TOP.resolve("README.md")));
        while (!reached.isEmpty()) {
            Path path = reached.pop();
            if (unreachable.remove(path)) {
                MarkdownPage page = MarkdownPage.of(path);
                page.links().stream().map(page::target).forEach(reached::add);
            }
        }
        assertThat(unreachable)
                .as("link each from a page, at best from one that README.md links")
                .isEmpty();
    }

    private static String tables(String command) {
        CommandSpec spec = new Jclone(new TestContext().context())
                .commandLine(command)
                .getSubcommands()
                .get(command)
                .getCommandSpec();
        StringBuilder text = new StringBuilder();
        for (UsageHelp.Group group : UsageHelp.groups(spec)) {
            if (group.options().stream().noneMatch(DocumentationTest::isHelp)) {
                text.append(group.heading().isEmpty() ? "" : "\n### " + group.heading() + '\n');
                text.append("\n| Option | Values | Default | Meaning |\n|---|---|---|---|\n");
                group.options().forEach(option -> text.append(row(option)));
            }
        }
        return text.append('\n').toString();
    }

    private static boolean isHelp(ArgSpec arg) {
        return arg instanceof OptionSpec option && option.usageHelp();
    }

    private static String row(ArgSpec option) {
        String shortName = OptionText.shortName(option);
        String name = code(OptionText.synopsis(option)) + (shortName.isEmpty() ? "" : ", " + code(shortName));
        String defaultText = option.required()
                ? "must be given"
                : OptionText.defaultText(option).map(DocumentationTest::code).orElse("");
        return "| " + name + " | " + OptionText.range(option) + " | " + defaultText + " | "
                + OptionText.description(option) + " |\n";
    }

    private static String code(String text) {
        return "`" + text.replace("|", "\\|") + "`";
    }
}

package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jclone.cli.option.OptionText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Manual pages and completions have every command and every option, and shells and man accept them. */
class ManualFilesTest {

    private static final Path DOCS = Path.of("..", "docs");

    @TempDir
    private static Path folder;

    private static Path share;

    @BeforeAll
    static void write() throws IOException {
        ManualFiles.write(folder, "2026-01-31");
        share = folder.resolve("share");
    }

    @Test
    void everyCommandHasAPageWithAllItsOptions() throws IOException {
        String overview = text("man/man1/jclone.1");
        for (CommandSpec command : commands()) {
            String page = text("man/man1/jclone-" + command.name() + ".1");
            assertThat(overview)
                    .contains("\n.TP\n\\fB" + command.name() + "\\fP\n", "jclone\\-" + command.name() + " (1)");
            assertThat(page).contains("\n.SH NAME\njclone\\-" + command.name() + " \\- ");
            for (ArgSpec option : command.args()) {
                assertThat(page).contains("\n\\fB" + roff(OptionText.name(option)) + "\\fP");
            }
            if (!command.helpCommand()) {
                assertThat(page).contains("\n.SH EXAMPLES\n");
            }
        }
    }

    @Test
    void thePageOfTheConfigurationHasAllOptionsThatItsFileMayHave() throws IOException {
        String page = text("man/man5/jclone.cnf.5");
        List<OptionSpec> ofDaemon = ManualFiles.daemon().options();
        for (OptionSpec option : ofDaemon) {
            assertThat(page).contains(entry(option));
        }
        for (OptionSpec option : ManualFiles.target().options()) {
            String name = option.longestName();
            if (!TargetSection.EXCLUDED.contains(name)) {
                assertThat(page).contains(entry(option));
            } else if (ofDaemon.stream().noneMatch(each -> each.longestName().equals(name))) {
                assertThat(page).doesNotContain(entry(option));
            }
        }
    }

    private static String entry(OptionSpec option) {
        return "\n\\fB" + roff(option.longestName().substring(2)) + "\\fP";
    }

    @Test
    void theOverviewHasTheVariablesOfTheLauncher() throws IOException {
        List<String> documented = Files.readString(DOCS.resolve("options.md"))
                .lines()
                .filter(line -> line.startsWith("| `JCLONE_"))
                .map(line -> line.split("`")[1])
                .toList();
        assertThat(documented).hasSizeGreaterThan(2);
        assertThat(text("man/man1/jclone.1")).contains(documented);
    }

    @Test
    void completionsHaveEveryNameOfEveryOption() throws IOException {
        List<String> zsh = text("zsh/site-functions/_jclone").lines().toList();
        List<String> fish =
                text("fish/vendor_completions.d/jclone.fish").lines().toList();
        for (CommandSpec command : commands()) {
            int begin = zsh.indexOf("        " + command.name() + ")");
            List<String> ofCommand = zsh.subList(
                    begin + 1,
                    begin
                            + 1
                            + (int) zsh.stream()
                                    .skip(begin)
                                    .takeWhile(line -> !line.endsWith(";;"))
                                    .count());
            for (OptionSpec option : command.options()) {
                for (String name : option.names()) {
                    assertThat(ofCommand).anyMatch(line -> line.matches(".*'\\*\\Q" + name + "\\E(=-?|[+]|-)?\\[.*"));
                    String flag = name.startsWith("--") ? " -l " + name.substring(2) : " -s '" + name.charAt(1) + "'";
                    assertThat(fish)
                            .anyMatch(line ->
                                    line.startsWith("complete -c jclone -n '__jclone_is " + command.name() + "'")
                                            && line.contains(flag + " "));
                }
            }
        }
    }

    @Test
    void bashCompletesCommandsOptionsValuesAndFiles() throws Exception {
        Files.createDirectories(folder.resolve("data dir"));
        Files.createFile(folder.resolve("data-file"));
        String data = folder + "/data";
        StringBuilder script = new StringBuilder("source \"$1\"\ncompopt() { :; }\n");
        script.append("t() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _jclone; echo \"${COMPREPLY[*]}\"; }\n");
        List<String> expected = new ArrayList<>();
        expect(script, expected, "jclone f", "fetch");
        expect(script, expected, "jclone --v", "--version");
        expect(script, expected, "jclone help expl", "explain");
        expect(script, expected, "jclone fetch --ssl-mo", "--ssl-mode=");
        expect(script, expected, "jclone fetch --ssl-mode = req", "REQUIRED");
        expect(script, expected, "jclone fetch --ssl-mode req", "REQUIRED");
        expect(script, expected, "jclone fetch --ssl_mode = VERIFY_C", "VERIFY_CA");
        expect(script, expected, "jclone fetch --ssl_mo", "--ssl_mode=");
        expect(script, expected, "jclone fetch --rep", "--replace --replace=");
        expect(script, expected, "jclone fetch --replace = S", "SWAP");
        expect(script, expected, "jclone fetch --dir " + data, data + " dir");
        expect(script, expected, "jclone fetch --ssl-ca = " + data + "-", data + "-file");
        expect(script, expected, "jclone verify --threads 4 " + data, data + " dir");
        expect(script, expected, "jclone ctl --watch sta", "status start");
        expect(script, expected, "jclone ctl start status", "");
        for (CommandSpec command : commands()) {
            expect(script, expected, "jclone " + command.name() + " --hel", "--help");
            for (OptionSpec option : command.options()) {
                String name = option.longestName();
                script.append("t jclone ")
                        .append(command.name())
                        .append(' ')
                        .append(name)
                        .append('\n');
                expected.add(Stream.of(command.options())
                        .flatMap(List::stream)
                        .flatMap(each -> Stream.of(each.names())
                                .filter(other -> other.startsWith(name))
                                .flatMap(other -> candidates(each, other)))
                        .reduce((a, b) -> a + ' ' + b)
                        .orElseThrow());
            }
        }
        Path file = Files.writeString(folder.resolve("test.bash"), script);
        assertThat(output("bash", file, share.resolve("bash-completion/completions/jclone")))
                .isEqualTo(String.join("\n", expected) + '\n');
    }

    private static void expect(StringBuilder script, List<String> expected, String line, String completed) {
        script.append("t ").append(line).append('\n');
        expected.add(completed);
    }

    private static Stream<String> candidates(OptionSpec option, String name) {
        if (OptionText.isFlag(option)) {
            return Stream.of(name);
        }
        return option.arity().min() == 0 ? Stream.of(name, name + '=') : Stream.of(name + '=');
    }

    /** Needs Debian's packages zsh, fish, man-db, groff and mandoc. */
    @Test
    @Tag("full")
    void otherShellsComplete() throws Exception {
        Path data = Files.createDirectories(folder.resolve("clones/mysql"));
        String typed = data.toString().replaceFirst("sql$", "");
        List<String> lines = List.of(
                "jclone f",
                "jclone help expl",
                "jclone fetch --ssl-mo",
                "jclone fetch --ssl-mode=R",
                "jclone fetch --ssl-mode R",
                "jclone fetch --replace=S",
                "jclone ctl sta",
                "jclone status " + typed,
                "jclone fetch --dir " + typed);
        Path zsh = Path.of("test/resources/org/jclone/cli/complete.zsh");
        List<Object> call = new ArrayList<>(List.of("zsh", zsh, share.resolve("zsh/site-functions")));
        call.addAll(lines);
        assertThat(output(call.toArray())
                        .lines()
                        .map(line -> line.replaceFirst(".*: ", "").strip()))
                .containsExactly(
                        "fetch",
                        "explain",
                        "--ssl-mode",
                        "REQUIRED",
                        "REQUIRED",
                        "SWAP",
                        "start status",
                        "mysql",
                        "mysql");
        List<String> completed = new ArrayList<>();
        Path fish = share.resolve("fish/vendor_completions.d/jclone.fish");
        for (String line : lines) {
            completed.add(output("fish", "-N", "-c", "source " + fish + "; complete -C '" + line + "'")
                    .replaceAll("\t.*", "")
                    .strip()
                    .replace('\n', ' '));
        }
        assertThat(completed)
                .containsExactly(
                        "fetch",
                        "explain",
                        "--ssl-mode",
                        "--ssl-mode=REQUIRED",
                        "REQUIRED",
                        "--replace=SWAP",
                        "start status",
                        data + "/",
                        data + "/");
    }

    @Test
    @Tag("full")
    void manAndMandocHaveNoWarning() throws Exception {
        try (Stream<Path> pages = Files.walk(share.resolve("man"))) {
            for (Path page : pages.filter(Files::isRegularFile).toList()) {
                assertThat(output("mandoc", "-T", "lint", page)).isEmpty();
                assertThat(output("sh", "-c", "man --warnings -E UTF-8 -l -Tutf8 -Z \"$0\" 2>&1 >/dev/null", page))
                        .isEmpty();
            }
        }
    }

    private static String output(Object... command) throws Exception {
        Process process = new ProcessBuilder(
                        Stream.of(command).map(Object::toString).toList())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return text;
    }

    private static List<CommandSpec> commands() {
        return ManualFiles.commands(ManualFiles.program());
    }

    private static String roff(String text) {
        return text.replace("-", "\\-");
    }

    private static String text(String file) throws IOException {
        return Files.readString(share.resolve(file));
    }
}

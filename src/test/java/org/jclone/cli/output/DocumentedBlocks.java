package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The blocks of the documents that show commands, files or outputs: those that are indented and those in fences. */
public final class DocumentedBlocks {

    /** Stands for text that the page leaves out: lines, or the rest of a line. */
    private static final String REST = "...";

    private static final String INDENT = "    ";
    private static final String FENCE = "```";

    /** What differs from run to run, and what it becomes. */
    private static final List<String[]> VARIABLE = List.of(
            new String[] {"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z", "<time>"},
            new String[] {"\\b\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\b", "<clock>"},
            new String[] {"([0-9A-F]{2}:){2,}([0-9A-F]{2})?", "<hex>"},
            new String[] {"0x[0-9a-f]+", "<hex>"},
            new String[] {"\\d+\\.\\d+\\.\\d+\\.\\d+(:\\d+)?", "<address>"},
            new String[] {"\\b\\d+\\.\\d+\\.\\d+(-\\w+)*\\b", "<version>"},
            new String[] {"[0-9.]+ (B|bytes|KiB|MiB|GiB|TiB)\\b", "<size>"},
            new String[] {"(\\d+ h )?(\\d+ min )?[0-9.]+ (s|min|h)\\b", "<duration>"},
            new String[] {"\\b\\d+(\\.\\d+)?\\b", "<n>"},
            new String[] {"(<n> (file|line|clone|connection|tablespace|problem))s?\\b", "$1"});

    /**
     * A block of a page, without its indent.
     *
     * @param page such as {@code docs/check.md}
     * @param language the word after the opening fence, or nothing
     */
    record Block(String page, String language, List<String> lines) {

        String beginning() {
            return lines.get(0);
        }

        /** Whether the block has only what a user or a program writes, and no output. */
        boolean isInput() {
            boolean continued = false;
            for (String line : lines) {
                String text = line.strip();
                if (!continued && !text.isEmpty() && !text.startsWith("#") && !isCommand(text) && !isSql(text)) {
                    return !language.isEmpty() || isJava();
                }
                continued = text.endsWith("\\");
            }
            return true;
        }

        private boolean isJava() {
            return lines.stream()
                    .anyMatch(line -> line.matches("(package|import) .*;|.*private static final .*|@Test"));
        }

        private static boolean isSql(String line) {
            return line.matches("(GRANT|SELECT|ALTER|START|RESET|SET|CREATE|KILL) .*;( *--.*)?");
        }

        @Override
        public String toString() {
            return page + ": " + beginning().strip();
        }
    }

    private DocumentedBlocks() {}

    /** Returns all blocks of the README and of the pages in {@code docs}. */
    static List<Block> all() throws IOException {
        List<Block> blocks = new ArrayList<>(of("README.md"));
        try (Stream<Path> pages = Files.list(Path.of("../docs"))) {
            for (Path page : pages.filter(each -> each.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                blocks.addAll(of("docs/" + page.getFileName()));
            }
        }
        return blocks;
    }

    private static List<Block> of(String page) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(Path.of("..", page));
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            List<String> block = new ArrayList<>();
            if (line.strip().startsWith(FENCE)) {
                while (!lines.get(++at).strip().startsWith(FENCE)) {
                    block.add(lines.get(at));
                }
                blocks.add(new Block(page, line.strip().substring(FENCE.length()), List.copyOf(block)));
            } else if (line.startsWith(INDENT) && (at == 0 || lines.get(at - 1).isBlank())) {
                while (at < lines.size() && continues(lines, at)) {
                    block.add(lines.get(at).isEmpty() ? "" : lines.get(at).substring(INDENT.length()));
                    at++;
                }
                at--;
                blocks.add(new Block(page, "", List.copyOf(block)));
            }
        }
        return blocks;
    }

    private static boolean continues(List<String> lines, int at) {
        return lines.get(at).startsWith(INDENT)
                || lines.get(at).isEmpty()
                        && at + 1 < lines.size()
                        && lines.get(at + 1).startsWith(INDENT);
    }

    /** Returns the one block of a page that begins so. */
    static Block find(String page, String beginning) throws IOException {
        List<Block> found = of(page).stream()
                .filter(block -> block.beginning().startsWith(beginning))
                .toList();
        assertThat(found).as("%s: %s", page, beginning).hasSize(1);
        return found.get(0);
    }

    /** Returns the text of the one block of a page that begins so. */
    public static String text(String page, String beginning) throws IOException {
        return String.join("\n", find(page, beginning).lines());
    }

    /** Returns the command that a block shows after a prompt. */
    public static List<String> command(String page, String beginning) throws IOException {
        return List.of(
                find(page, beginning).beginning().substring("$ ".length()).split(" "));
    }

    /**
     * Asserts that a program's output is what a block shows, without the command that it begins with, and whatever the times,
     * sizes and numbers are. A line {@code ...} stands for any lines, and {@code ...} at the end of a line for any rest.
     */
    public static void assertShows(String page, String beginning, String output) throws IOException {
        List<String> lines = find(page, beginning).lines();
        List<String> shown = lines.stream()
                .skip(isCommand(lines.get(0)) ? 1 : 0)
                .dropWhile(String::isEmpty)
                .toList();
        List<String> real = output.lines().toList();
        assertThat(differing(shown, real))
                .as("%s: %s%nthe program's output:%n%s", page, beginning, output)
                .isEmpty();
    }

    /** Returns the first line that is shown and not there. */
    private static Optional<String> differing(List<String> shown, List<String> real) {
        int at = 0;
        boolean anywhere = false;
        for (String line : shown) {
            if (line.strip().equals(REST)) {
                anywhere = true;
                continue;
            }
            while (anywhere && at < real.size() && !isShown(line, real.get(at))) {
                at++;
            }
            if (at == real.size() || !isShown(line, real.get(at))) {
                return Optional.of(line);
            }
            at++;
            anywhere = false;
        }
        return Optional.empty();
    }

    private static boolean isShown(String shown, String real) {
        String pattern = Stream.of(shown.split(Pattern.quote(REST), -1))
                .map(DocumentedBlocks::withoutVariables)
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        return withoutVariables(real).matches(pattern);
    }

    private static String withoutVariables(String line) {
        String text = line;
        for (String[] each : VARIABLE) {
            text = text.replaceAll(each[0], each[1]);
        }
        return text;
    }

    /** Whether a line is what a user types. */
    static boolean isCommand(String line) {
        return line.matches(
                        "(\\$|mysql>) .*|\\.?/?(jclone|bin/jclone|tests/\\S+|\\.ci/\\S+|mvn|tar|chown|install|cp|scp"
                                + "|systemctl|apt|dnf|diff|docker|for|git|ln|mysqld)( .*|$)")
                && !line.startsWith("jclone: ");
    }
}

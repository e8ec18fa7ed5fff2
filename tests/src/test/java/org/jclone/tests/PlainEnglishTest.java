package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Enforces the list of words to avoid in {@code CONTRIBUTING.md}, in code, scripts and documents. */
class PlainEnglishTest {

    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final Path RULES = TOP.resolve("CONTRIBUTING.md");

    /** A row of the table: the words in backquotes, separated by commas, then what to write. */
    private static final Pattern ROW = Pattern.compile("^\\| ((?:`[^`]+`(?:, )?)+) \\|", Pattern.MULTILINE);

    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Set<String> ENDINGS =
            Set.of("java", "md", "txt", "sh", "properties", "xml", "service", "cnf", "sql", "html", "yml", "yaml");
    private static final Set<String> SKIPPED = Set.of(".git", "LICENSE", "node_modules");

    @Test
    void avoidsTheListedWords() throws IOException {
        List<Pattern> avoided = avoided();
        assertThat(avoided).hasSizeGreaterThan(10);
        Pattern any = anyOf(avoided);
        List<String> found = new ArrayList<>();
        for (Path file : texts()) {
            if (!any.matcher(Files.readString(file)).find()) {
                continue;
            }
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                for (Pattern word : avoided) {
                    if (word.matcher(line).find()) {
                        found.add(TOP.relativize(file) + ":" + (i + 1) + ": " + word + ": " + line.strip());
                    }
                }
            }
        }
        assertThat(found).isEmpty();
    }

    /** The words of the table in CONTRIBUTING.md, each as a pattern that ignores case and line breaks inside. */
    private static List<Pattern> avoided() throws IOException {
        List<Pattern> patterns = new ArrayList<>();
        Matcher rows = ROW.matcher(Files.readString(RULES));
        while (rows.find()) {
            Matcher words = QUOTED.matcher(rows.group(1));
            while (words.find()) {
                patterns.add(
                        Pattern.compile("\\b" + words.group(1).replace(" ", "\\s+") + "\\b", Pattern.CASE_INSENSITIVE));
            }
        }
        return patterns;
    }

    /** Matches wherever one of the patterns does. Most files contain none, and one search of the whole file is fast. */
    private static Pattern anyOf(List<Pattern> patterns) {
        String words = patterns.stream()
                .map(word -> word.pattern().replace("\\b", ""))
                .collect(Collectors.joining("|", "\\b(?:", ")\\b"));
        return Pattern.compile(words, Pattern.CASE_INSENSITIVE);
    }

    private static List<Path> texts() throws IOException {
        List<Path> files = new ArrayList<>();
        collect(TOP, files);
        return files;
    }

    private static void collect(Path folder, List<Path> files) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            entries.filter(entry -> !SKIPPED.contains(entry.getFileName().toString()) && !isBuild(entry))
                    .sorted()
                    .forEach(entry -> {
                        try {
                            if (Files.isDirectory(entry)) {
                                collect(entry, files);
                            } else if (isText(entry)) {
                                files.add(entry);
                            }
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }

    /** Maven's output lies beside a pom.xml; packages may have the same name. */
    private static boolean isBuild(Path folder) {
        return folder.endsWith("target") && Files.exists(folder.resolveSibling("pom.xml"));
    }

    private static boolean isText(Path file) throws IOException {
        if (file.equals(RULES) || Files.isSymbolicLink(file)) {
            return false;
        }
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? ENDINGS.contains(name.substring(dot + 1)) && !isRecording(file) : isScript(file);
    }

    private static boolean isRecording(Path file) {
        return file.getParent().getFileName().toString().equals("recordings");
    }

    private static boolean isScript(Path file) throws IOException {
        byte[] head = new byte[2];
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(head, 0, 2) == 2 && head[0] == '#' && head[1] == '!';
        }
    }
}

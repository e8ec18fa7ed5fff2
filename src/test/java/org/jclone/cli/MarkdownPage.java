package org.jclone.cli;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The links and headings of a document, as GitHub and {@code tests/docs-site} show them. */
record MarkdownPage(Path path, String text) {

    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```$");
    private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|href)=\"([^\"]+)\"");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*)$");
    private static final Pattern LINK_TEXT = Pattern.compile("\\[([^\\]]*)\\]\\([^)]*\\)");
    private static final Set<String> SKIPPED = Set.of(".git", "target", "node_modules");

    /** Returns all pages below a folder, without what builds make. */
    static List<MarkdownPage> below(Path folder) throws IOException {
        List<MarkdownPage> pages = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                String name = entry.getFileName().toString();
                if (Files.isDirectory(entry) && !SKIPPED.contains(name)) {
                    pages.addAll(below(entry));
                } else if (name.endsWith(".md")) {
                    pages.add(of(entry));
                }
            }
        }
        return pages;
    }

    static MarkdownPage of(Path path) throws IOException {
        return new MarkdownPage(path, FENCE.matcher(Files.readString(path)).replaceAll(""));
    }

    /** Returns the targets of all links that stay in the repository, {@code options.md#output}. */
    List<String> links() {
        return LINK.matcher(CODE.matcher(text).replaceAll(""))
                .results()
                .map(link -> link.group(1) == null ? link.group(2) : link.group(1))
                .filter(link -> !link.matches("[a-z]+:.*"))
                .toList();
    }

    /** Returns the file that a link of this page leads to. */
    Path target(String link) {
        String file = link.replaceFirst("#.*", "");
        return file.isEmpty() ? path : path.resolveSibling(file).normalize();
    }

    /** Returns the anchors of the headings: lower case, without punctuation, numbered where a heading comes again. */
    Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        Matcher headings = HEADING.matcher(text);
        while (headings.find()) {
            String heading = LINK_TEXT.matcher(headings.group(1)).replaceAll("$1");
            String anchor = heading.strip()
                    .toLowerCase(Locale.ROOT)
                    .codePoints()
                    .filter(c -> Character.isLetterOrDigit(c) || c == ' ' || c == '-' || c == '_')
                    .mapToObj(Character::toString)
                    .collect(joining())
                    .replace(' ', '-');
            String numbered = anchor;
            for (int again = 1; !anchors.add(numbered); again++) {
                numbered = anchor + '-' + again;
            }
        }
        return anchors;
    }
}

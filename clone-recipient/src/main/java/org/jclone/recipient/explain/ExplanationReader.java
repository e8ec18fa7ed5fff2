package org.jclone.recipient.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the resource, whose first lines describe its format. A line that does not fit is a bug in the resource. */
final class ExplanationReader {

    private static final String ENTRY = "= ";
    private static final String HINT = "hint: ";
    private static final String CAUSE = "? ";
    private static final Pattern CASE = Pattern.compile("\\[([a-z0-9-]+)\\] (.*)");
    private static final String TELL = "  tell: ";
    private static final String DO = "  do: ";

    private final List<Explanation> explanations = new ArrayList<>();
    private String code;
    private String name;
    private String meaning;
    private Map<String, String> hints = new HashMap<>();
    private List<Explanation.Cause> causes = new ArrayList<>();
    private String cause;
    private Optional<String> specialCase = Optional.empty();
    private String tell;

    private ExplanationReader() {}

    static List<Explanation> read(String text) {
        ExplanationReader reader = new ExplanationReader();
        text.lines().forEach(reader::onLine);
        reader.endEntry();
        return List.copyOf(reader.explanations);
    }

    private void onLine(String line) {
        if (line.startsWith("#") || line.isBlank()) {
            return;
        }
        if (line.startsWith(ENTRY)) {
            endEntry();
            String[] heading = line.substring(ENTRY.length()).split(" ", 2);
            code = heading[0];
            name = heading[1];
        } else if (line.startsWith(CAUSE)) {
            onCause(line.substring(CAUSE.length()));
        } else if (line.startsWith(TELL)) {
            tell = line.substring(TELL.length());
        } else if (line.startsWith(DO)) {
            String action = line.substring(DO.length());
            causes.add(new Explanation.Cause(cause, tell, action));
            specialCase.ifPresent(name -> hints.put(name, action));
            tell = null;
        } else if (line.startsWith(HINT)) {
            hints.put("", line.substring(HINT.length()));
        } else if (meaning == null) {
            meaning = line;
        } else {
            throw new IllegalStateException("explanation of " + code + ": " + line);
        }
    }

    private void onCause(String text) {
        Matcher marked = CASE.matcher(text);
        specialCase = marked.matches() ? Optional.of(marked.group(1)) : Optional.empty();
        cause = marked.matches() ? marked.group(2) : text;
    }

    private void endEntry() {
        if (code != null) {
            explanations.add(new Explanation(code, name, meaning, hints, causes));
        }
        meaning = null;
        hints = new HashMap<>();
        causes = new ArrayList<>();
    }
}

package org.jclone.recipient.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the resource; its first lines say what it looks like. A line that fits nothing is a bug of the resource. */
final class ExplanationReader {

    private static final String ENTRY = "= ";
    private static final String HINT = "hint";
    private static final String CAUSE = "? ";
    private static final String TELL = "  tell: ";
    private static final String DO = "  do: ";

    private final List<Explanation> explanations = new ArrayList<>();
    private String code;
    private String name;
    private String meaning;
    private Map<String, String> hints = new HashMap<>();
    private List<Explanation.Cause> causes = new ArrayList<>();
    private String cause;
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
            cause = line.substring(CAUSE.length());
        } else if (line.startsWith(TELL)) {
            tell = line.substring(TELL.length());
        } else if (line.startsWith(DO)) {
            causes.add(new Explanation.Cause(cause, tell, line.substring(DO.length())));
            tell = null;
        } else if (line.startsWith(HINT)) {
            int colon = line.indexOf(": ");
            hints.put(line.substring(HINT.length(), colon).strip(), line.substring(colon + 2));
        } else if (meaning == null) {
            meaning = line;
        } else {
            throw new IllegalStateException("explanation of " + code + ": " + line);
        }
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

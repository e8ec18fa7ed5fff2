package org.jclone.cli.output;

import java.util.List;
import org.jclone.json.JsonObject;
import org.jclone.recipient.explain.Explanation;

/** The explanation of an error, as text, JSON and Markdown. */
public final class ExplanationText {

    private static final int WIDTH = 100;
    private static final int CODE_WIDTH = 22;

    private ExplanationText() {}

    /** Code and meaning, for the list of all explanations. */
    public static String line(Explanation explanation) {
        return explanation.code()
                + " ".repeat(Math.max(1, CODE_WIDTH - explanation.code().length()))
                + explanation.meaning();
    }

    public static String whole(Explanation explanation) {
        StringBuilder text = new StringBuilder();
        text.append(explanation.code()).append(" (").append(explanation.name()).append(")\n");
        wrap(text, 0, explanation.meaning());
        int number = 0;
        for (Explanation.Cause cause : explanation.causes()) {
            number++;
            text.append('\n');
            wrap(text, 2, number + ". " + cause.text());
            wrap(text, 5, "How to tell: " + cause.tell());
            wrap(text, 5, "What to do:  " + cause.action());
        }
        return text.append('\n').toString();
    }

    public static JsonObject json(Explanation explanation) {
        return new JsonObject()
                .put("code", explanation.code())
                .put("name", explanation.name())
                .put("meaning", explanation.meaning())
                .put(
                        "causes",
                        explanation.causes().stream().map(ExplanationText::json).toList());
    }

    private static JsonObject json(Explanation.Cause cause) {
        return new JsonObject()
                .put("cause", cause.text())
                .put("tell", cause.tell())
                .put("do", cause.action());
    }

    /** Writes the page {@code docs/troubleshooting.md}, below its heading. */
    public static String markdown(List<Explanation> explanations) {
        StringBuilder text = new StringBuilder();
        for (Explanation explanation : explanations) {
            text.append("## ")
                    .append(explanation.code())
                    .append(" (")
                    .append(explanation.name())
                    .append(")\n\n");
            wrap(text, 0, escape(explanation.meaning()));
            text.append("\n| Cause, most likely first | How to tell | What to do |\n|---|---|---|\n");
            for (Explanation.Cause cause : explanation.causes()) {
                text.append("| ").append(escape(cause.text()));
                text.append(" | ").append(escape(cause.tell()));
                text.append(" | ").append(escape(cause.action())).append(" |\n");
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("*", "\\*")
                .replace("_", "\\_")
                .replace("<", "&lt;");
    }

    private static void wrap(StringBuilder out, int indent, String text) {
        int column = 0;
        for (String word : text.split(" ", -1)) {
            if (column > indent && column + 1 + word.length() > WIDTH) {
                out.append('\n');
                column = 0;
            }
            if (column == 0) {
                out.append(" ".repeat(indent)).append(word);
                column = indent + word.length();
            } else {
                out.append(' ').append(word);
                column += 1 + word.length();
            }
        }
        out.append('\n');
    }
}

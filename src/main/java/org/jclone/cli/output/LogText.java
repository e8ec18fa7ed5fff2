package org.jclone.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jclone.json.JsonObject;
import org.jclone.protocol.text.Printable;
import org.jclone.recipient.explain.CloneStory;
import org.jclone.recipient.explain.Explanation;

/** The clones found in a log, as text and as JSON. */
public final class LogText {

    private LogText() {}

    /** @param name the name of the log */
    public static String of(String name, long lines, List<CloneStory> stories) {
        StringBuilder text = new StringBuilder(Printable.of(name))
                .append(": ")
                .append(lines)
                .append(lines == 1 ? " line, " : " lines, ")
                .append(stories.size())
                .append(stories.size() == 1 ? " clone\n" : " clones\n");
        if (stories.isEmpty()) {
            text.append(
                    "  A server logs the steps of a clone as notes, with log_error_verbosity=3 only; jclone logs its"
                            + " own\n  with --verbose.\n");
        }
        Set<String> explained = new HashSet<>();
        int number = 0;
        for (CloneStory story : stories) {
            number++;
            text.append('\n').append(number).append(". ").append(heading(story)).append('\n');
            story.events().forEach(event -> append(text, event));
            for (Explanation explanation : story.explanations()) {
                append(text, explanation, explained.add(explanation.code()));
            }
        }
        return text.toString();
    }

    private static String heading(CloneStory story) {
        String when = story.begin()
                .map(begin -> ", " + begin.truncatedTo(ChronoUnit.SECONDS))
                .orElse("");
        String duration = story.begin().isPresent() && story.end().isPresent()
                ? " after "
                        + Units.duration(Duration.between(
                                story.begin().get(), story.end().get()))
                : "";
        return "As " + story.role().description() + when + ": "
                + story.outcome().description() + duration;
    }

    private static void append(StringBuilder text, CloneStory.Event event) {
        text.append("   ")
                .append(event.time().map(LogText::timeOfDay).orElse("            "))
                .append("  line ")
                .append(event.line())
                .append("  ")
                .append(Printable.of(event.text()))
                .append(event.times() > 1 ? " (" + event.times() + " times)\n" : "\n");
    }

    private static String timeOfDay(Instant time) {
        return (time.truncatedTo(ChronoUnit.MILLIS) + ".000").substring(11, 23).replace('Z', '.');
    }

    private static void append(StringBuilder text, Explanation explanation, boolean first) {
        if (first) {
            text.append('\n');
            ExplanationText.whole(explanation)
                    .strip()
                    .lines()
                    .forEach(line -> text.append(line.isEmpty() ? "" : "   ")
                            .append(line)
                            .append('\n'));
        } else {
            text.append("\n   ")
                    .append(explanation.code())
                    .append(" (")
                    .append(explanation.name())
                    .append("): see above\n");
        }
    }

    public static JsonObject json(CloneStory story) {
        return new JsonObject()
                .put("type", "clone")
                .put("role", name(story.role()))
                .put("outcome", name(story.outcome()))
                .put("begin", story.begin().map(Instant::toString))
                .put("end", story.end().map(Instant::toString))
                .put("events", story.events().stream().map(LogText::json).toList())
                .put(
                        "explanations",
                        story.explanations().stream().map(ExplanationText::json).toList());
    }

    private static JsonObject json(CloneStory.Event event) {
        Optional<String> time = event.time().map(Instant::toString);
        return new JsonObject()
                .put("line", event.line())
                .put("time", time)
                .put("text", event.text())
                .put("times", event.times())
                .putStrings("codes", event.codes());
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

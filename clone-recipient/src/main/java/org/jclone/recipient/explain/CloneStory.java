package org.jclone.recipient.explain;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a log says of one clone.
 *
 * @param role what the writer of the log was in it
 * @param outcome how it ended
 * @param events what happened, in its order
 */
public record CloneStory(Role role, Outcome outcome, List<Event> events) {

    /** What the writer of the log was in a clone. */
    public enum Role {
        DONOR("donor"),
        RECIPIENT("recipient, by the server's own CLONE statement"),
        CLONED_SERVER("server that started on a clone"),
        JCLONE("jclone");

        private final String description;

        Role(String description) {
            this.description = description;
        }

        public String description() {
            return description;
        }
    }

    /** How a clone ended. */
    public enum Outcome {
        WELL("ended well"),
        FAILED("failed"),
        UNKNOWN("has no end in this log");

        private final String description;

        Outcome(String description) {
            this.description = description;
        }

        public String description() {
            return description;
        }
    }

    /**
     * Something that happened.
     *
     * @param line of the log, from 1
     * @param time empty where the log has none
     * @param text what happened, in the log's words where it is an error
     * @param codes of {@link Explanations} that it is about
     * @param times how often it came in a row
     */
    public record Event(long line, Optional<Instant> time, String text, List<String> codes, int times) {

        public Event {
            codes = List.copyOf(codes);
        }

        Event again() {
            return new Event(line, time, text, codes, times + 1);
        }
    }

    public CloneStory {
        events = List.copyOf(events);
    }

    public Optional<Instant> begin() {
        return events.stream().flatMap(event -> event.time().stream()).findFirst();
    }

    /** When the last line about it was written. */
    public Optional<Instant> end() {
        return events.stream().flatMap(event -> event.time().stream()).reduce((first, second) -> second);
    }

    /** What its errors mean, in the order in which they came. */
    public List<Explanation> explanations() {
        Set<String> codes = new LinkedHashSet<>();
        events.forEach(event -> codes.addAll(event.codes()));
        return codes.stream()
                .flatMap(code -> Explanations.byCode(code).stream())
                .toList();
    }
}

package org.jclone.recipient.explain;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a log says about one clone.
 *
 * @param role of the writer of the log
 * @param outcome how the clone ended
 * @param events in order of their time
 */
public record CloneStory(Role role, Outcome outcome, List<Event> events) {

    /** Role of the log's writer in a clone. */
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
     * @param line in the log, from 1
     * @param time empty if the log has none
     * @param text what happened; for errors, the log's own words
     * @param codes of the {@link Explanations} that apply
     * @param times how often it happened in a row
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

    /** Returns the time of the last line about the clone. */
    public Optional<Instant> end() {
        return events.stream().flatMap(event -> event.time().stream()).reduce((first, second) -> second);
    }

    /** Explains the clone's errors, in the order in which they occurred. */
    public List<Explanation> explanations() {
        Set<String> codes = new LinkedHashSet<>();
        events.forEach(event -> codes.addAll(event.codes()));
        return codes.stream()
                .flatMap(code -> Explanations.byCode(code).stream())
                .toList();
    }
}

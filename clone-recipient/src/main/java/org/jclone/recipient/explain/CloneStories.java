package org.jclone.recipient.explain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.explain.CloneStory.Event;
import org.jclone.recipient.explain.CloneStory.Outcome;
import org.jclone.recipient.explain.CloneStory.Role;

/**
 * Groups the lines of a log by clone. A server is donor of one clone and recipient of one clone at a time, so each role
 * has at most one unfinished clone. Lines after its end belong to it until the next clone begins.
 */
final class CloneStories {

    private static final int MOST_STORIES = 1000;
    private static final int MOST_EVENTS = 200;

    /** A bandwidth limit or a network failure can silence a clone, but not for this long. */
    private static final Duration LONG_SILENCE = Duration.ofHours(1);

    /** A server's start, its shutdown request, and its end. */
    private static final Map<String, String> SERVER_EVENTS = Map.of(
            "MY-010116", "the server starts",
            "MY-013172", "the server is told to shut down",
            "MY-010910", "the server has shut down");

    private static final String FIRST_START = "MY-012556";
    private static final Set<String> CLONE_CODES = Set.of(
            "MY-013270",
            "MY-013271",
            "MY-013272",
            "MY-013273",
            "MY-013457",
            "MY-013458",
            "MY-013459",
            "MY-013460",
            "MY-013462",
            "MY-011977",
            "MY-011978");

    private static final Pattern BEGIN_AS_DONOR = Pattern.compile("Clone Begin Master Task by (.*)");
    private static final Pattern STATE = Pattern.compile("Clone (?:Apply )?State (?:BEGIN )?([A-Z ]+?)\\s*:?\\s*");
    private static final Pattern END = Pattern.compile("Clone (?:Apply )?End Master Task ID: \\d+ (\\w+), code: .*");
    private static final Pattern RESTART = Pattern.compile("Clone (?:Apply )?Begin Master Task: Restart.*");
    private static final Pattern ESTIMATE =
            Pattern.compile("Clone estimated size: (.{1,40}) Available space: (.{1,40})");
    private static final Pattern WAITS = Pattern.compile("Clone Master wait (\\d+) minutes for restart.*");
    private static final Pattern WAITED = Pattern.compile("Clone End Master wait for Restart (.*)");
    private static final Pattern QUOTED = Pattern.compile("Plugin Clone reported: '(.*)'");
    private static final Pattern CONNECTS =
            Pattern.compile("Client: (?:Task Connect\\.|Connect failed.*|COM_CLONE failed.*)");
    private static final Pattern NUMBER =
            Pattern.compile("(?i)\\b(?:error|failed|code)(?: ?:)? ?(\\d{3,5})\\b(?! Saved)");

    /** Internal messages of the server that repeat an error without adding information. */
    private static final Pattern REPETITION = Pattern.compile(
            "Clone Set Error code: .*|Clone Apply set error code: .*|Server: (?:Before|After) sending COM_RES_ERROR.*");

    /** The last thing that jclone logs about a successful clone. */
    private static final String WHOLE = "the clone is complete";

    /** A server's own clone passes on its donor's error. The number inside that error is more specific. */
    private static final String PASSED_ON = "3862";

    private final List<Story> stories = new ArrayList<>();
    private final Map<Role, Story> current = new EnumMap<>(Role.class);
    private LogEntry last = LogEntry.of(0, "");

    private static final class Story {

        private final Role role;
        private final List<Event> events = new ArrayList<>();
        private Outcome outcome = Outcome.UNKNOWN;

        Story(Role role) {
            this.role = role;
        }

        void add(LogEntry entry, String text, List<String> codes) {
            Optional<Event> last = last();
            if (last.isPresent() && last.get().text().equals(text)) {
                events.set(events.size() - 1, last.get().again());
            } else if (events.size() < MOST_EVENTS) {
                events.add(new Event(entry.line(), entry.time(), text, codes, 1));
            } else {
                events.set(events.size() - 1, new Event(entry.line(), entry.time(), text, codes, 1));
            }
        }

        Optional<Event> last() {
            return events.isEmpty() ? Optional.empty() : Optional.of(events.get(events.size() - 1));
        }

        boolean isSilentSince(Optional<Instant> now) {
            Optional<Instant> before = last().flatMap(Event::time);
            return before.isPresent()
                    && now.isPresent()
                    && Duration.between(before.get(), now.get()).compareTo(LONG_SILENCE) > 0;
        }

        CloneStory toStory() {
            return new CloneStory(role, outcome, events);
        }
    }

    List<CloneStory> all() {
        return stories.stream()
                .filter(story -> !story.events.isEmpty())
                .map(Story::toStory)
                .toList();
    }

    void onEntry(LogEntry entry) {
        if (entry.time().isPresent()
                && entry.time().equals(last.time())
                && entry.text().equals(last.text())) {
            return; // a server with two log sinks on one file writes each line twice
        }
        last = entry;
        switch (entry.writer()) {
            case SERVER -> onServer(entry);
            case JCLONE -> onJclone(entry);
            case UNKNOWN -> onContinuation(entry);
        }
    }

    private void onServer(LogEntry entry) {
        if (SERVER_EVENTS.containsKey(entry.code())) {
            onServerEvent(entry);
        } else if (entry.code().equals(FIRST_START)) {
            begin(Role.CLONED_SERVER, entry, "the server's first start on this clone");
        } else if (isAboutClones(entry)) {
            onClone(entry);
        } else if (current.containsKey(Role.CLONED_SERVER)) {
            onClonedServer(entry);
        }
    }

    private static boolean isAboutClones(LogEntry entry) {
        return CLONE_CODES.contains(entry.code()) || entry.text().startsWith("Clone ");
    }

    /** Ends the server's clones when the server ends. */
    private void onServerEvent(LogEntry entry) {
        for (Role role : List.of(Role.DONOR, Role.RECIPIENT)) {
            Story story = current.get(role);
            if (story != null && story.outcome == Outcome.UNKNOWN) {
                story.add(entry, SERVER_EVENTS.get(entry.code()), List.of());
                if (!entry.code().equals("MY-013172")) {
                    story.outcome = Outcome.FAILED;
                }
            }
        }
        if (entry.code().equals("MY-010910")) {
            current.remove(Role.CLONED_SERVER);
        }
    }

    private void onClone(LogEntry entry) {
        Matcher quoted = QUOTED.matcher(entry.text());
        String text = quoted.matches() ? quoted.group(1) : entry.text();
        Optional<Story> firstStart = Optional.ofNullable(current.get(Role.CLONED_SERVER));
        if (entry.code().equals("MY-011977") && text.contains("Fix")) {
            firstStart.ifPresent(story -> story.outcome = Outcome.WELL);
            return;
        }
        boolean client = text.startsWith("Client: ") || text.startsWith("Clone Apply") || isOfRecipient(entry);
        Role role = client ? Role.RECIPIENT : Role.DONOR;
        Matcher begin = BEGIN_AS_DONOR.matcher(text);
        if (begin.matches()) {
            begin(role, entry, "a recipient, logged in as " + begin.group(1) + ", begins a clone");
            return;
        }
        if (CONNECTS.matcher(text).matches() && isOver(role, entry)) {
            begin(role, entry, "the server connects to its donor, to clone it");
        }
        if (!REPETITION.matcher(text).matches()) {
            onStep(open(role, entry), entry, text);
        }
    }

    private static boolean isOfRecipient(LogEntry entry) {
        return entry.code().equals("MY-013460")
                || entry.code().equals("MY-013462")
                || entry.code().equals("MY-011978");
    }

    private boolean isOver(Role role, LogEntry entry) {
        Story story = current.get(role);
        return story == null || story.outcome != Outcome.UNKNOWN || story.isSilentSince(entry.time());
    }

    private Story open(Role role, LogEntry entry) {
        Story story = current.get(role);
        return story == null ? begin(role, entry, "") : story;
    }

    private Story begin(Role role, LogEntry entry, String text) {
        Story story = new Story(role);
        current.put(role, story);
        if (stories.size() == MOST_STORIES) {
            stories.remove(0);
        }
        stories.add(story);
        if (!text.isEmpty()) {
            story.add(entry, text, List.of());
        }
        return story;
    }

    /** Describes milestones in our words and errors in the log's. Leaves out the rest. */
    private static void onStep(Story story, LogEntry entry, String text) {
        Matcher end = END.matcher(text);
        Matcher state = STATE.matcher(text);
        Matcher estimate = ESTIMATE.matcher(text);
        Matcher waits = WAITS.matcher(text);
        Matcher waited = WAITED.matcher(text);
        List<String> codes = codes(text);
        if (waits.matches()) {
            story.add(entry, "the donor waits " + waits.group(1) + " minutes for the recipient to return", List.of());
        } else if (waited.matches() && waited.group(1).startsWith("interrupted")) {
            story.outcome = Outcome.FAILED;
            story.add(entry, "the wait is ended: KILL, another clone, or a shutdown", List.of("1317"));
        } else if (waited.matches() && waited.group(1).contains("Dropping")) {
            story.outcome = Outcome.FAILED;
            story.add(entry, "nobody returned in time, and the donor drops its snapshot", List.of("SNAPSHOT_GONE"));
        } else if (end.matches()) {
            boolean passed = end.group(1).equals("Passed");
            story.outcome = passed ? Outcome.WELL : Outcome.FAILED;
            story.add(entry, passed ? "the clone ends well" : text, codes);
        } else if (RESTART.matcher(text).matches()) {
            story.add(entry, "the clone resumes over a new connection", List.of());
        } else if (!codes.isEmpty()) {
            story.add(entry, text, codes);
            if (text.startsWith("Client: Clone Donor error") || text.startsWith("Client: Connect failed")) {
                story.outcome = Outcome.FAILED;
            }
        } else if (state.matches()) {
            story.add(entry, state.group(1).equals("DONE") ? "everything is copied" : state.group(1), List.of());
        } else if (estimate.matches()) {
            story.add(entry, estimate.group(1) + " are needed, " + estimate.group(2) + " are free", List.of());
        } else if (isOfRecipient(entry)) {
            story.add(entry, text, List.of(entry.code()));
        }
    }

    /** Adds everything that has an explanation: plugins, channels, groups, empty tables. */
    private void onClonedServer(LogEntry entry) {
        if (entry.code().isEmpty() || SERVER_EVENTS.containsKey(entry.code())) {
            return;
        }
        List<String> codes = new ArrayList<>();
        Explanations.byServerCode(entry.code()).ifPresent(known -> codes.add(known.code()));
        if (!codes.isEmpty()) {
            current.get(Role.CLONED_SERVER).add(entry, entry.text(), codes);
        }
    }

    private void onJclone(LogEntry entry) {
        if (entry.text().startsWith("connected ") && isOver(Role.JCLONE, entry)) {
            begin(Role.JCLONE, entry, "");
        }
        Story story = isOver(Role.JCLONE, entry) && entry.code().isEmpty()
                ? begin(Role.JCLONE, entry, "")
                : open(Role.JCLONE, entry);
        if (entry.code().isEmpty()) {
            story.add(entry, entry.text(), codes(entry.text()));
            if (entry.text().startsWith(WHOLE)) {
                story.outcome = Outcome.WELL;
            }
            return;
        }
        List<String> codes = new ArrayList<>(codes(entry.text()));
        Explanations.byCode(entry.code()).ifPresent(known -> codes.add(known.code()));
        story.add(entry, entry.text(), codes);
        story.outcome = Outcome.FAILED;
    }

    /** jclone's final message names the explanation to ask for on a line of its own. */
    private void onContinuation(LogEntry entry) {
        Story story = current.get(Role.JCLONE);
        String asked = entry.text().strip();
        if (story != null && asked.startsWith("More: jclone explain ")) {
            Optional<Explanation> known = Explanations.byCode(asked.substring("More: jclone explain ".length()));
            Optional<Event> last = story.last();
            if (known.isPresent() && last.isPresent()) {
                Set<String> codes = new LinkedHashSet<>(last.get().codes());
                codes.add(known.get().code());
                story.events.set(
                        story.events.size() - 1,
                        new Event(
                                last.get().line(),
                                last.get().time(),
                                last.get().text(),
                                List.copyOf(codes),
                                last.get().times()));
            }
        }
    }

    /** Returns the numbers in a text that have an explanation. */
    private static List<String> codes(String text) {
        Set<String> codes = new LinkedHashSet<>();
        Matcher number = NUMBER.matcher(text);
        while (number.find()) {
            Explanations.byCode(number.group(1)).ifPresent(known -> codes.add(known.code()));
        }
        if (codes.size() > 1) {
            codes.remove(PASSED_ON);
        }
        return List.copyOf(codes);
    }
}

package org.jclone.recipient.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.explain.CloneStory.Event;
import org.jclone.recipient.explain.CloneStory.Outcome;
import org.jclone.recipient.explain.CloneStory.Role;
import org.junit.jupiter.api.Test;

/** Reads excerpts from the logs of real 9.7.4 servers with log_error_verbosity=3. */
class LogReaderTest {

    private static List<CloneStory> read(String resource) throws IOException {
        return read(resource, Optional.empty());
    }

    private static List<CloneStory> read(String resource, Optional<Instant> since) throws IOException {
        try (InputStream in = LogReaderTest.class.getResourceAsStream(resource)) {
            return new LogReader(since)
                    .read(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .stories();
        }
    }

    private static List<CloneStory> readText(String... lines) {
        try {
            return new LogReader(Optional.empty())
                    .read(new StringReader(String.join("\n", lines)))
                    .stories();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> codes(CloneStory story) {
        return story.explanations().stream().map(Explanation::code).toList();
    }

    /** The donor's administrator ended a clone with KILL. */
    @Test
    void saysWhyADonorEndedAClone() throws IOException {
        List<CloneStory> stories = read("donor.log");
        CloneStory story = stories.get(stories.size() - 1);

        assertThat(story.role()).isEqualTo(Role.DONOR);
        assertThat(story.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(story.begin()).contains(Instant.parse("2026-11-29T23:26:18.103797Z"));
        assertThat(story.events())
                .extracting(Event::text)
                .startsWith("a recipient, logged in as clone_donor@localhost, begins a clone", "FILE COPY")
                .anyMatch(text -> text.contains("Failed, code: 1317"));
        assertThat(codes(story)).as("in the order of occurrence").containsExactly("1160", "1317", "1815");
    }

    /** One successful clone, and five that failed: password, privilege, limit, directory, KILL. */
    @Test
    void separatesTheClonesOfARecipient() throws IOException {
        List<CloneStory> stories = read("recipient.log");

        assertThat(stories).extracting(CloneStory::role).containsOnly(Role.RECIPIENT);
        assertThat(stories)
                .extracting(CloneStory::outcome)
                .containsExactly(Outcome.WELL, Outcome.FAILED, Outcome.FAILED, Outcome.FAILED, Outcome.FAILED);
        assertThat(stories.get(0).events())
                .extracting(Event::text)
                .containsExactly(
                        "the server connects to its donor, to clone it",
                        "FILE COPY",
                        "531.80 MiB are needed, 77.42 GiB are free",
                        "PAGE COPY",
                        "REDO COPY",
                        "FLUSH DATA",
                        "FLUSH REDO",
                        "everything is copied",
                        "the clone ends well");
        assertThat(codes(stories.get(0))).isEmpty();
        assertThat(codes(stories.get(1))).containsExactly("1045");
        assertThat(codes(stories.get(2))).containsExactly("1227");
        assertThat(codes(stories.get(3))).containsExactly("1226");
        assertThat(codes(stories.get(4))).contains("1158", "1815");
        assertThat(stories.get(4).events()).extracting(Event::text).contains("the clone resumes over a new connection");
    }

    @Test
    void readsTheJsonFormat() throws IOException {
        List<CloneStory> json = read("recipient-json.log");
        List<CloneStory> text = read("recipient.log");

        assertThat(json).hasSize(1);
        assertThat(json.get(0).events())
                .extracting(Event::text)
                .isEqualTo(text.get(4).events().stream().map(Event::text).toList());
        assertThat(json.get(0).begin()).isEqualTo(text.get(4).begin());
    }

    @Test
    void reportsTheErrorsOfAServerOnItsClone() throws IOException {
        assertThat(read("first-start.log")).singleElement().satisfies(story -> {
            assertThat(story.role()).isEqualTo(Role.CLONED_SERVER);
            assertThat(codes(story)).containsExactly("MY-013461");
            assertThat(story.events()).extracting(Event::text).anyMatch(event -> event.contains("shop.in_myisam"));
        });
    }

    @Test
    void ignoresEarlierLines() throws IOException {
        assertThat(read("recipient.log", Optional.of(Instant.parse("2026-11-29T23:26:11Z"))))
                .extracting(LogReaderTest::codes)
                .first()
                .isEqualTo(List.of("1227"));
        assertThat(read("recipient.log", Optional.of(Instant.parse("2027-01-01T00:00:00Z"))))
                .isEmpty();
    }

    /** As {@code --verbose} and the final message write it, also through the systemd journal. */
    @Test
    void readsTheLogOfJclone() {
        CloneStory failed = readText(
                        "2026-01-31T12:00:00.1Z INFO  clone-listener EventLog: connected donor=db1:3306",
                        "2026-01-31T12:00:01.1Z INFO  clone-listener EventLog: reconnecting attempt=1 reason=\"cut\"",
                        "jclone: db1:3306 said, in FILE COPY: error 1317 (70100): Query execution was interrupted",
                        "  Somebody ended the clone on the donor with KILL.",
                        "  More: jclone explain DONOR_BUSY")
                .get(0);
        assertThat(failed.role()).isEqualTo(Role.JCLONE);
        assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(codes(failed)).containsExactly("1317", "DONOR_BUSY");

        CloneStory whole = readText(
                        "Jan 31 12:00:00 db2 jclone[77]: 2026-01-31T12:00:00.1Z INFO  x EventLog: connected donor=db1",
                        "Jan 31 12:00:09 db2 jclone[77]: 2026-01-31T12:00:09.1Z INFO  x CloneSession: the clone is complete")
                .get(0);
        assertThat(whole.outcome()).isEqualTo(Outcome.WELL);

        CloneStory json = readText("{\"type\":\"event\",\"event\":\"connected\",\"donor\":\"db1:3306\"}", """
                        {"type":"error","code":"DISK_FULL","exitStatus":12,"message":"full \\u0041","hint":"x"}""")
                .get(0);
        assertThat(json.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(codes(json)).containsExactly("DISK_FULL");
    }

    /** A recipient is killed, and the donor waits for it. */
    @Test
    void reportsThatADonorWaited() {
        String begin = "2026-11-29T23:42:20.1Z 36 [Note] [MY-013457] [InnoDB] Clone Begin Master Task by u@h";
        String waits = "2026-11-29T23:42:22.286047Z 36 [Note] [MY-013459] [InnoDB] Clone Master wait 5 minutes for"
                + " restart after n/w error";
        String killed = "2026-11-29T23:42:37.606139Z 36 [Note] [MY-013459] [InnoDB] Clone End Master wait for Restart"
                + " interrupted";
        assertThat(readText(begin, waits)).singleElement().satisfies(story -> {
            assertThat(story.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(story.events())
                    .extracting(Event::text)
                    .endsWith("the donor waits 5 minutes for the recipient to return");
        });
        CloneStory ended = readText(begin, waits, killed).get(0);
        assertThat(ended.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(codes(ended)).containsExactly("1317");
    }

    /** The end of the server is part of the clone's story. */
    @Test
    void aShutdownEndsAClone() {
        CloneStory story = readText(
                        "2026-01-31T12:00:00.1+01:00 15 [Note] [MY-013457] [InnoDB] Clone Begin Master Task by u@h",
                        "2026-01-31T12:00:02.1+01:00 0 [System] [MY-013172] [Server] Received SHUTDOWN from user root.",
                        "2026-01-31T12:00:03.1+01:00 0 [System] [MY-010910] [Server] Shutdown complete")
                .get(0);
        assertThat(story.begin()).contains(Instant.parse("2026-01-31T11:00:00.100Z"));
        assertThat(story.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(story.events())
                .extracting(Event::text)
                .endsWith("the server is told to shut down", "the server has shut down");
    }

    /** A log with two sinks has each line twice, but each event happened once. */
    @Test
    void readsTwoSinksAsOneClone() {
        String text = "2026-01-31T12:00:00.123456Z 15 [Note] [MY-013457] [InnoDB] Clone Begin Master Task by u@h";
        String json = "{ \"err_code\" : 13457, \"msg\" : \"Clone Begin Master Task by u@h\","
                + " \"time\" : \"2026-01-31T12:00:00.123456Z\" }";
        assertThat(readText(json, text))
                .singleElement()
                .satisfies(story -> assertThat(story.events()).hasSize(1));
    }

    @Test
    void acceptsAnyContent() {
        String longLine = "x".repeat(100_000);
        assertThatCode(() -> readText(
                        "",
                        "{",
                        "{\"",
                        "{\"a\":{\"b\":[\"]\",{}]},\"msg\":\"\\u00",
                        "{\"msg\":\"\\uzzzz\",\"err_code\":\"99999999\"}",
                        "2026-99-99T99:99:99Z 1 [Note] [MY-013457] [InnoDB] Clone Begin Master Task by \u001b[2J",
                        longLine,
                        "{\"msg\":\"" + longLine,
                        "jclone: "))
                .doesNotThrowAnyException();
    }

    /** A log of years has more clones than anyone can read. */
    @Test
    void boundsItsMemory() throws IOException {
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 1500; i++) {
            log.append("2026-01-31T12:00:00Z 1 [Note] [MY-013457] [InnoDB] Clone Begin Master Task by u")
                    .append(i)
                    .append('\n');
        }
        for (int i = 0; i < 1000; i++) {
            log.append("2026-01-31T12:00:00Z 1 [Note] [MY-013273] [Clone] Server: error: 1160: ")
                    .append(i)
                    .append('\n');
        }
        List<CloneStory> stories = new LogReader(Optional.empty())
                .read(new StringReader(log.toString()))
                .stories();
        assertThat(stories).hasSize(1000);
        assertThat(stories.get(999).events()).hasSize(200);
        assertThat(stories.get(999).events().get(199).text()).endsWith(" 999");
    }
}

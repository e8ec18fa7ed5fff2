package org.jclone.recipient.explain;

import java.io.IOException;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.json.JsonReader;

/**
 * One line of a log, of MySQL's error log as text or JSON, or of jclone's.
 *
 * <pre>
 * 2026-01-31T12:00:00.123456Z 15 [Note] [MY-013457] [InnoDB] text          a server, log_sink_internal
 * { "err_code" : 13457, "msg" : "text", "time" : "...", "label" : "Note" }  a server, log_sink_json
 * 2026-01-31T12:00:00.123Z INFO  thread Class: text key=value               jclone
 * jclone: text                                                              jclone's final message
 * {"type":"error","code":"DONOR_BUSY","message":"text"}                     the same with --output=json
 * </pre>
 *
 * @param line its number, from 1
 * @param writer who wrote it
 * @param time empty if the line has none
 * @param code a server's {@code MY-} and six digits; the error in jclone's final message; otherwise empty
 */
record LogEntry(long line, Writer writer, Optional<Instant> time, String code, String text) {

    enum Writer {
        SERVER,
        JCLONE,
        /** Includes lines that continue the line before. */
        UNKNOWN
    }

    /** The prefix that the systemd journal adds to each line. */
    private static final Pattern JOURNAL =
            Pattern.compile("^[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} [^ ]{1,255} [^ \\[]{1,100}\\[\\d{1,10}\\]: ");

    private static final Pattern SERVER_TEXT = Pattern.compile(
            "^(\\d{4}-\\d\\d-\\d\\dT[0-9:.]{8,20}(?:Z|[+-]\\d\\d:\\d\\d)) \\d+ \\[\\w+\\] (?:\\[(MY-\\d{6})\\] )?"
                    + "(?:\\[\\w*\\] )?(.*)$");
    private static final Pattern JCLONE_TEXT = Pattern.compile(
            "^(\\d{4}-\\d\\d-\\d\\dT[0-9:.]{5,20}Z) (?:ERROR|WARN|INFO|DEBUG|TRACE) +[^ ]+ \\w+: (.*)$");
    private static final String LAST_WORDS = "jclone: ";

    static LogEntry of(long line, String raw) {
        String text = JOURNAL.matcher(raw).replaceFirst("");
        if (text.startsWith("{")) {
            return ofJson(line, text);
        }
        Matcher server = SERVER_TEXT.matcher(text);
        if (server.matches()) {
            String code = server.group(2) == null ? "" : server.group(2);
            return new LogEntry(line, Writer.SERVER, time(server.group(1)), code, server.group(3));
        }
        Matcher jclone = JCLONE_TEXT.matcher(text);
        if (jclone.matches()) {
            return new LogEntry(line, Writer.JCLONE, time(jclone.group(1)), "", jclone.group(2));
        }
        boolean lastWords = text.startsWith(LAST_WORDS);
        return new LogEntry(
                line,
                lastWords ? Writer.JCLONE : Writer.UNKNOWN,
                Optional.empty(),
                lastWords ? "error" : "",
                lastWords ? text.substring(LAST_WORDS.length()) : text);
    }

    private static LogEntry ofJson(long line, String text) {
        Map<String, String> members = new HashMap<>();
        try {
            new JsonReader(new StringReader(text)).object(members::put);
        } catch (IOException e) {
            // a line that was cut: the members before the cut count
        }
        String number = members.getOrDefault("err_code", "");
        if (members.containsKey("msg") && number.length() <= 6) {
            String code = number.isEmpty() ? "" : "MY-" + "0".repeat(6 - number.length()) + number;
            return new LogEntry(line, Writer.SERVER, time(members.getOrDefault("time", "")), code, members.get("msg"));
        }
        if (members.getOrDefault("type", "").equals("error")) {
            String donorError = members.getOrDefault("donorError", members.getOrDefault("code", "error"));
            return new LogEntry(line, Writer.JCLONE, Optional.empty(), donorError, members.getOrDefault("message", ""));
        }
        if (members.containsKey("event")) {
            String what =
                    members.getOrDefault("stage", members.getOrDefault("reason", members.getOrDefault("text", "")));
            return new LogEntry(line, Writer.JCLONE, Optional.empty(), "", (members.get("event") + ' ' + what).strip());
        }
        return new LogEntry(line, Writer.UNKNOWN, Optional.empty(), "", text);
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Returns this entry with the time of the line before, if it has none of its own. */
    LogEntry at(Optional<Instant> before) {
        return time.isPresent() ? this : new LogEntry(line, writer, before, code, text);
    }
}

package org.jclone.daemon.rest;

import java.io.IOException;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.daemon.http.Problem;
import org.jclone.daemon.http.ProblemException;
import org.jclone.daemon.http.Request;
import org.jclone.recipient.json.JsonReader;

/**
 * The values of a request, from its query or its body. Unknown names are refused, because they are usually misspelled.
 */
final class Values {

    private final Map<String, List<String>> values;

    private Values(Map<String, List<String>> values, Set<String> known) throws ProblemException {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw Problem.Kind.INVALID.exception("unknown value: " + name + " (expected: "
                        + String.join(", ", known.stream().sorted().toList()) + ')');
            }
        }
        this.values = values;
    }

    static Values ofQuery(Request request, String... known) throws ProblemException {
        return new Values(request.query(), Set.of(known));
    }

    /** Reads a JSON object without nested values. No body, and {@code null}, are an empty object. */
    static Values ofBody(Request request, String... known) throws ProblemException {
        Map<String, List<String>> members = new LinkedHashMap<>();
        String body = request.body().strip();
        if (!body.isEmpty() && !body.equals("null")) { // which generated clients send
            try {
                JsonReader json = new JsonReader(new StringReader(body));
                json.object((name, value) ->
                        members.merge(name, List.of(value), (first, second) -> List.of(first.get(0), second.get(0))));
                if (!json.isAtEnd()) {
                    throw json.malformed("expected: the end of the body");
                }
            } catch (IOException e) {
                throw Problem.Kind.MALFORMED.exception("the body: " + e.getMessage());
            }
        }
        return new Values(members, Set.of(known));
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    Optional<String> text(String name) throws ProblemException {
        List<String> given = all(name);
        if (given.size() > 1) {
            throw Problem.Kind.INVALID.exception(name + " is given twice");
        }
        return given.stream().findFirst();
    }

    Optional<Long> number(String name) throws ProblemException {
        Optional<String> given = text(name);
        try {
            return given.map(Long::valueOf);
        } catch (NumberFormatException e) {
            throw invalid(name, given.get(), "a whole number");
        }
    }

    Optional<Instant> time(String name) throws ProblemException {
        Optional<String> given = text(name);
        try {
            return given.map(Instant::parse);
        } catch (DateTimeException e) {
            throw invalid(name, given.get(), "a time such as 2026-11-30T05:53:26Z");
        }
    }

    boolean is(String name) throws ProblemException {
        String given = text(name).orElse("false");
        return switch (given) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(name, given, "true or false");
        };
    }

    <E extends Enum<E>> Optional<E> word(String name, Class<E> type) throws ProblemException {
        Optional<String> given = text(name);
        return given.isEmpty() ? Optional.empty() : Optional.of(word(name, given.get(), type));
    }

    static <E extends Enum<E>> E word(String name, String given, Class<E> type) throws ProblemException {
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(given)) {
                return each;
            }
        }
        StringBuilder expected = new StringBuilder();
        for (E each : type.getEnumConstants()) {
            expected.append(expected.isEmpty() ? "" : ", ").append(each.name());
        }
        throw invalid(name, given, expected.toString());
    }

    private static ProblemException invalid(String name, String given, String expected) {
        return Problem.Kind.INVALID.exception(name + ": " + given + " (expected: " + expected + ')');
    }
}

package org.jclone.donor.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * Parses a fault script, line by line.
 *
 * <pre>
 * script       { [ statement ] [ "# " comment ] newline }
 * statement    "seed" number | "certificate" fault | "on" connections "at" moment ":" action
 * connections  "any" | "main" | "resumed" | "worker" | "aux" | "connection" number
 * moment       [ "every" ] event [ "number" number ]
 * event        "message" number | "message" | "byte" number | "response" code | "keep-alive"
 *              | ( "start" | "end" | "file" | "descriptor" | "data" | "during" ) state
 * action       see {@link ActionParser}
 * </pre>
 */
final class FaultParser {

    private static final Pattern COMMENT = Pattern.compile("(^\\s*#.*|\\s#(\\s.*)?$)");

    private final List<Fault> faults = new ArrayList<>();
    private Optional<CertificateFault> certificate = Optional.empty();
    private long seed;
    private Random random;

    private FaultParser(long seed) {
        this.seed = seed;
        random = new Random(seed);
    }

    /** @param seed used if the script names none */
    static FaultScript parse(String text, long seed) throws FaultSyntaxException {
        FaultParser parser = new FaultParser(seed);
        int number = 1;
        for (String line : text.lines().toList()) {
            parser.line(new Words(number++, COMMENT.matcher(line).replaceFirst(""), parser.random));
        }
        return FaultScript.of(parser.faults, parser.certificate, parser.seed);
    }

    private void line(Words words) throws FaultSyntaxException {
        if (!words.hasNext()) {
            return;
        }
        if (words.skip("seed")) {
            seed(words);
        } else if (words.skip("certificate")) {
            certificate = Optional.of(choice(words, CertificateFault.values(), "certificate"));
        } else if (words.skip("on")) {
            Connections connections = connections(words);
            words.require("at");
            Moment moment = moment(words);
            words.require(":");
            faults.add(new Fault(connections, moment, ActionParser.action(words)));
        } else {
            throw words.unexpected("on, certificate, or seed");
        }
        words.end();
    }

    private void seed(Words words) throws FaultSyntaxException {
        if (!faults.isEmpty()) {
            throw words.problem("the seed must precede the faults");
        }
        seed = words.number("seed", 0, Long.MAX_VALUE);
        random = new Random(seed);
    }

    private static Connections connections(Words words) throws FaultSyntaxException {
        int column = words.column();
        String word = words.next("any, main, resumed, worker, aux, or connection");
        return switch (word) {
            case "any" -> Connections.any();
            case "main" -> Connections.main();
            case "resumed" -> Connections.resumed();
            case "worker" -> Connections.worker();
            case "aux" -> Connections.aux();
            case "connection" -> Connections.number((int) words.number("connection", 1, Integer.MAX_VALUE));
            default ->
                throw words.problem(
                        column, '"' + word + "\" (expected: any, main, resumed, worker, aux, or connection)");
        };
    }

    private static Moment moment(Words words) throws FaultSyntaxException {
        boolean every = words.skip("every");
        Moment moment = event(words);
        if (words.skip("number")) {
            moment = moment.nth(words.number("number", 1, Integer.MAX_VALUE));
        }
        return every ? moment.onwards() : moment;
    }

    private static Moment event(Words words) throws FaultSyntaxException {
        int column = words.column();
        String word = words.next("an event");
        return switch (word) {
            case "message" ->
                isNumberNext(words)
                        ? Moment.message(words.number("message", 1, Long.MAX_VALUE))
                        : Moment.everyMessage();
            case "byte" -> Moment.afterByte(words.number("byte", 0, Long.MAX_VALUE));
            case "response" -> Moment.response(choice(words, CloneResponseCode.values(), "response"));
            case "keep-alive" -> Moment.keepAlive();
            case "start" -> Moment.stateStart(state(words));
            case "end" -> Moment.stateEnd(state(words));
            case "file" -> Moment.file(state(words));
            case "descriptor" -> Moment.dataDescriptor(state(words));
            case "data" -> Moment.data(state(words));
            case "during" -> Moment.during(state(words));
            default ->
                throw words.problem(
                        column,
                        '"' + word + "\" (expected: message, byte, response, keep-alive, start, end, file, descriptor,"
                                + " data, or during)");
        };
    }

    private static boolean isNumberNext(Words words) {
        return !words.isNext(":") && !words.isNext("number");
    }

    private static SnapshotState state(Words words) throws FaultSyntaxException {
        return choice(words, SnapshotState.values(), "state");
    }

    /** Takes the name of one of {@code values}; hyphens and underscores are equivalent. */
    private static <E extends Enum<E>> E choice(Words words, E[] values, String what) throws FaultSyntaxException {
        int column = words.column();
        List<String> names = new ArrayList<>();
        for (E value : values) {
            names.add(value.name().toLowerCase(Locale.ROOT));
        }
        String word = words.next(what + ", one of " + String.join(", ", names));
        int index = names.indexOf(word.replace('-', '_'));
        if (index < 0) {
            throw words.problem(
                    column, '"' + word + "\" is not a " + what + " (expected: " + String.join(", ", names) + ')');
        }
        return values[index];
    }
}

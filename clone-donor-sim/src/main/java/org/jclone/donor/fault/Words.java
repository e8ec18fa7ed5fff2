package org.jclone.donor.fault;

import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits one line of a script into words. Blanks separate words; a colon at the end of a word is a separate word.
 *
 * <pre>
 * number    decimal, or hexadecimal after 0x; k, m, g or t multiplies it by 1024 and so on
 * random    "random" number ".." number, both inclusive, where a number is expected
 * duration  number and ms, s or m
 * </pre>
 */
final class Words {

    private static final Pattern WORD = Pattern.compile("[^\\s:]+|:");
    private static final Pattern NUMBER =
            Pattern.compile("(?:0x(?<hex>[0-9a-f]{1,15})|(?<decimal>\\d{1,18}))(?<unit>[kmgt]?)");
    private static final Pattern RANGE = Pattern.compile("(?<from>\\w+)\\.\\.(?<to>\\w+)");
    private static final Pattern DURATION = Pattern.compile("(?<count>\\d{1,9})(?<unit>ms|s|m)");
    private static final String UNITS = "kmgt";
    private static final int BITS_PER_UNIT = 10;

    private final int line;
    private final String text;
    private final Random random;
    private final Matcher matcher;
    private boolean found;

    /** @param random source of numbers that the script leaves to chance */
    Words(int line, String text, Random random) {
        this.line = line;
        this.text = text;
        this.random = random;
        matcher = WORD.matcher(text);
        found = matcher.find();
    }

    boolean hasNext() {
        return found;
    }

    boolean isNext(String word) {
        return found && matcher.group().equalsIgnoreCase(word);
    }

    /** Skips {@code word} if it is next, and returns whether it was. */
    boolean skip(String word) {
        boolean next = isNext(word);
        if (next) {
            found = matcher.find();
        }
        return next;
    }

    /** Takes the next word, in lowercase. */
    String next(String expected) throws FaultSyntaxException {
        if (!found) {
            throw problem("the line ends (expected: " + expected + ')');
        }
        String word = matcher.group().toLowerCase(Locale.ROOT);
        found = matcher.find();
        return word;
    }

    void require(String word) throws FaultSyntaxException {
        if (!skip(word)) {
            throw unexpected('"' + word + '"');
        }
    }

    /** Takes a number, or draws one from a range. */
    long number(String what, long min, long max) throws FaultSyntaxException {
        int column = column();
        if (skip("random")) {
            return drawn(what, min, max);
        }
        return number(column, next(what), what, min, max);
    }

    private long drawn(String what, long min, long max) throws FaultSyntaxException {
        int column = column();
        String word = next("a range of " + what + " such as 1..60");
        Matcher range = RANGE.matcher(word);
        if (!range.matches()) {
            throw problem(column, word + " is not a range (expected: such as 1..60)");
        }
        long from = number(column, range.group("from"), what, min, max);
        long to = number(column, range.group("to"), what, from, max);
        return from + (long) (random.nextDouble() * (to - from + 1));
    }

    private long number(int column, String word, String what, long min, long max) throws FaultSyntaxException {
        Matcher number = NUMBER.matcher(word);
        if (!number.matches()) {
            throw problem(column, word + " is not a number (expected: " + what + ')');
        }
        long count = number.group("hex") == null
                ? Long.parseLong(number.group("decimal"))
                : Long.parseLong(number.group("hex"), 16);
        String unit = number.group("unit");
        int shift = unit.isEmpty() ? 0 : (UNITS.indexOf(unit) + 1) * BITS_PER_UNIT;
        if (count > max >> shift || count << shift < min) {
            throw problem(column, what + ": " + word + " (expected: " + min + " to " + max + ')');
        }
        return count << shift;
    }

    Duration duration() throws FaultSyntaxException {
        int column = column();
        String word = next("a duration such as 30s");
        Matcher duration = DURATION.matcher(word);
        if (!duration.matches()) {
            throw problem(column, word + " is not a duration (expected: such as 500ms, 30s, 5m)");
        }
        long count = Long.parseLong(duration.group("count"));
        return switch (duration.group("unit")) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            default -> Duration.ofMinutes(count);
        };
    }

    /** Takes the rest of the line unchanged. */
    String rest(String expected) throws FaultSyntaxException {
        if (!found) {
            throw problem("the line ends (expected: " + expected + ')');
        }
        String rest = text.substring(matcher.start()).strip();
        found = false;
        return rest;
    }

    void end() throws FaultSyntaxException {
        if (found) {
            throw unexpected("the end of the line");
        }
    }

    /** Draws a seed for one fault. */
    long seed() {
        return random.nextLong();
    }

    /** Returns the column of the next word, or the column after the last word; counts from 1. */
    int column() {
        return (found ? matcher.start() : text.stripTrailing().length()) + 1;
    }

    FaultSyntaxException unexpected(String expected) {
        return problem(
                found
                        ? '"' + matcher.group() + "\" (expected: " + expected + ')'
                        : "the line ends (expected: " + expected + ')');
    }

    FaultSyntaxException problem(String problem) {
        return problem(column(), problem);
    }

    FaultSyntaxException problem(int column, String problem) {
        return new FaultSyntaxException(line, column, problem);
    }
}

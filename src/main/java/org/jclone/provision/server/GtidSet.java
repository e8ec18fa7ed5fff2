package org.jclone.provision.server;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set of global transaction identifiers, as {@code gtid_executed} shows it, tagged ones of 8.3 and later included.
 *
 * <pre>
 * set        [part] {"," [part]}             an empty part counts as nothing
 * part       uuid {":" tag | ":" interval}    a tag counts for the intervals after it
 * interval   number ["-" number]              from 1 to 2^63 - 2; empty if the second number is lower
 * tag        a letter or underscore, then up to 31 letters, digits, underscores
 * </pre>
 *
 * <p>White space is allowed around each of these. UUIDs and tags are the same in upper and lower case. Two equal sets
 * have the same text, which the server understands.
 */
public final class GtidSet {

    public static final GtidSet EMPTY = new GtidSet(new TreeMap<>());

    /** One less than the greatest signed number, as in MySQL. */
    public static final long MAX_NUMBER = Long.MAX_VALUE - 1;

    private static final String HEX = "[0-9a-f]";
    private static final Pattern UUID = Pattern.compile(HEX + "{8}(?:-" + HEX + "{4}){3}-" + HEX + "{12}");
    private static final Pattern TAG = Pattern.compile("[a-z_][a-z0-9_]{0,31}");
    private static final Pattern INTERVAL = Pattern.compile("([0-9]{1,19})(?:\\s*-\\s*([0-9]{1,19}))?");
    private static final String NO_TAG = "";

    /**
     * The origin of transactions.
     *
     * @param uuid in lower case
     * @param tag in lower case; empty for none
     */
    private record Origin(String uuid, String tag) implements Comparable<Origin> {

        @Override
        public int compareTo(Origin other) {
            int byUuid = uuid.compareTo(other.uuid);
            return byUuid != 0 ? byUuid : tag.compareTo(other.tag);
        }
    }

    /** Numbers from {@code first} to {@code last}, both included. */
    private record Interval(long first, long last) {

        @Override
        public String toString() {
            return first == last ? Long.toString(first) : first + "-" + last;
        }
    }

    /** No value is empty. The intervals are sorted, do not overlap, and do not touch. */
    private final SortedMap<Origin, List<Interval>> intervals;

    private GtidSet(SortedMap<Origin, List<Interval>> intervals) {
        this.intervals = Collections.unmodifiableSortedMap(intervals);
    }

    /** @throws IllegalArgumentException if {@code text} is not a GTID set */
    public static GtidSet parse(String text) {
        SortedMap<Origin, List<Interval>> all = new TreeMap<>();
        for (String part : text.split(",")) {
            if (!part.isBlank()) {
                parsePart(part, all);
            }
        }
        SortedMap<Origin, List<Interval>> normal = new TreeMap<>();
        all.forEach((origin, list) -> put(normal, origin, normalize(list)));
        return new GtidSet(normal);
    }

    private static void parsePart(String part, SortedMap<Origin, List<Interval>> all) {
        String[] pieces = part.split(":", -1);
        String uuid = pieces[0].strip().toLowerCase(Locale.ROOT);
        if (!UUID.matcher(uuid).matches()) {
            throw malformed("UUID", pieces[0]);
        }
        if (pieces.length == 1) {
            throw malformed("interval after the UUID", "");
        }
        String tag = NO_TAG;
        boolean tagIsBare = false;
        for (int i = 1; i < pieces.length; i++) {
            String piece = pieces[i].strip().toLowerCase(Locale.ROOT);
            if (TAG.matcher(piece).matches()) {
                if (tagIsBare) {
                    throw malformed("interval after the tag", piece);
                }
                tag = piece;
                tagIsBare = true;
            } else {
                List<Interval> list = all.computeIfAbsent(new Origin(uuid, tag), none -> new ArrayList<>());
                parseInterval(piece, list);
                tagIsBare = false;
            }
        }
        if (tagIsBare) {
            throw malformed("interval after the tag", "");
        }
    }

    private static void parseInterval(String piece, List<Interval> list) {
        Matcher numbers = INTERVAL.matcher(piece);
        if (!numbers.matches()) {
            throw malformed("interval or tag", piece);
        }
        long first = number(numbers.group(1));
        long last = numbers.group(2) == null ? first : number(numbers.group(2));
        if (first <= last) {
            list.add(new Interval(first, last));
        }
    }

    private static long number(String digits) {
        long number;
        try {
            number = Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw malformed("number", digits);
        }
        if (number < 1 || number > MAX_NUMBER) {
            throw malformed("number", digits);
        }
        return number;
    }

    private static IllegalArgumentException malformed(String expected, String found) {
        String shown = found.length() > 60 ? found.substring(0, 60) + "..." : found;
        return new IllegalArgumentException("GTID set: \"" + shown.strip() + "\" (expected: " + expected + ')');
    }

    private static void put(SortedMap<Origin, List<Interval>> map, Origin origin, List<Interval> list) {
        if (!list.isEmpty()) {
            map.put(origin, list);
        }
    }

    /** Sorts the intervals, and joins those that overlap or touch. */
    private static List<Interval> normalize(List<Interval> list) {
        List<Interval> sorted = new ArrayList<>(list);
        sorted.sort((a, b) -> Long.compare(a.first, b.first));
        List<Interval> joined = new ArrayList<>();
        for (Interval next : sorted) {
            int end = joined.size() - 1;
            if (end >= 0 && next.first <= joined.get(end).last + 1) {
                Interval before = joined.get(end);
                joined.set(end, new Interval(before.first, Math.max(before.last, next.last)));
            } else {
                joined.add(next);
            }
        }
        return List.copyOf(joined);
    }

    /** Returns the transactions in either set. */
    public GtidSet union(GtidSet other) {
        SortedMap<Origin, List<Interval>> result = new TreeMap<>(intervals);
        other.intervals.forEach((origin, list) -> result.merge(origin, list, (mine, theirs) -> {
            List<Interval> both = new ArrayList<>(mine);
            both.addAll(theirs);
            return normalize(both);
        }));
        return new GtidSet(result);
    }

    /** Returns the transactions of this set that {@code other} lacks. */
    public GtidSet subtract(GtidSet other) {
        SortedMap<Origin, List<Interval>> result = new TreeMap<>();
        intervals.forEach((origin, list) ->
                put(result, origin, subtract(list, other.intervals.getOrDefault(origin, List.of()))));
        return new GtidSet(result);
    }

    private static List<Interval> subtract(List<Interval> from, List<Interval> what) {
        List<Interval> result = new ArrayList<>();
        int next = 0;
        for (Interval interval : from) {
            long first = interval.first;
            while (next < what.size() && what.get(next).last < first) {
                next++;
            }
            int cut = next;
            while (cut < what.size() && what.get(cut).first <= interval.last) {
                if (first < what.get(cut).first) {
                    result.add(new Interval(first, what.get(cut).first - 1));
                }
                first = what.get(cut).last + 1;
                cut++;
            }
            if (first <= interval.last) {
                result.add(new Interval(first, interval.last));
            }
        }
        return List.copyOf(result);
    }

    /** Returns the transactions in both sets. */
    public GtidSet intersect(GtidSet other) {
        return subtract(subtract(other));
    }

    /** Returns whether {@code other} has all transactions of this set. */
    public boolean isSubsetOf(GtidSet other) {
        return subtract(other).isEmpty();
    }

    public boolean isEmpty() {
        return intervals.isEmpty();
    }

    /** Returns the number of transactions; the greatest {@code long} if they are more. */
    public long count() {
        long count = 0;
        for (List<Interval> list : intervals.values()) {
            for (Interval interval : list) {
                long length = interval.last - interval.first + 1;
                count = count > Long.MAX_VALUE - length ? Long.MAX_VALUE : count + length;
            }
        }
        return count;
    }

    /** Returns the transactions of one server, with and without tags. */
    public GtidSet of(String uuid) {
        SortedMap<Origin, List<Interval>> result = new TreeMap<>(intervals);
        result.keySet().removeIf(origin -> !origin.uuid.equals(uuid.toLowerCase(Locale.ROOT)));
        return new GtidSet(result);
    }

    /** Returns the greatest number of any transaction; 0 for the empty set. */
    public long last() {
        return intervals.values().stream()
                .mapToLong(list -> list.get(list.size() - 1).last)
                .max()
                .orElse(0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GtidSet set && intervals.equals(set.intervals);
    }

    @Override
    public int hashCode() {
        return Objects.hash(intervals);
    }

    /** Returns the set as MySQL writes it, on one line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        Origin before = null;
        for (Map.Entry<Origin, List<Interval>> entry : intervals.entrySet()) {
            Origin origin = entry.getKey();
            if (before == null || !before.uuid.equals(origin.uuid)) {
                text.append(before == null ? "" : ",").append(origin.uuid);
            }
            if (!origin.tag.isEmpty()) {
                text.append(':').append(origin.tag);
            }
            entry.getValue().forEach(interval -> text.append(':').append(interval));
            before = origin;
        }
        return text.toString();
    }
}

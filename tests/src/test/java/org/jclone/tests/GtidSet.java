package org.jclone.tests;

import java.util.Arrays;
import java.util.stream.Stream;

/** Counts the transactions in a GTID set of one server, such as {@code 5a45...01:1-124:130}. */
final class GtidSet {

    private GtidSet() {}

    static long count(String set) {
        return intervals(set)
                .map(interval -> interval[1] - interval[0] + 1)
                .mapToLong(Long::longValue)
                .sum();
    }

    static long last(String set) {
        return intervals(set).mapToLong(interval -> interval[1]).max().orElse(0);
    }

    private static Stream<long[]> intervals(String set) {
        return Arrays.stream(set.split(":")).skip(1).map(String::strip).map(text -> {
            String[] ends = text.split("-");
            return new long[] {Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1])};
        });
    }
}

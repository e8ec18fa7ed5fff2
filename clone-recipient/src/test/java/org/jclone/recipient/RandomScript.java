package org.jclone.recipient;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A fault script drawn with a seed from the whole script language: some faults at random moments of random connections.
 * {@code jclone donor --faults} repeats a run.
 *
 * @param text in the language of docs/donor.md
 * @param lies whether a donor with these faults sends false data, so that its clone may differ
 */
record RandomScript(String text, boolean lies) {

    private static final int MAX_FAULTS = 4;

    private static final List<String> CONNECTIONS =
            List.of("any", "main", "main", "resumed", "worker", "aux", "connection random 1..5");

    private static final List<String> STATES = List.of("init", "file_copy", "page_copy", "redo_copy", "done");

    private static final List<String> EVENTS = List.of("start", "end", "during", "file", "descriptor", "data");

    private static final List<String> RESPONSES = List.of(
            "locs",
            "data_desc",
            "data",
            "plugin",
            "config",
            "collation",
            "plugin_v2",
            "config_v3",
            "complete",
            "error");

    /** Bad networks and donors in trouble: the data sent is correct. */
    private static final List<String> TROUBLES = List.of(
            "close",
            "reset",
            "stall 50ms",
            "stall 400ms",
            "silent",
            "drip",
            "split random 2..20",
            "restart",
            "keep-alives random 1..2000",
            "refuse random 1..4000 as the script wants it");

    /** Faults that only a broken or hostile donor has. */
    private static final List<String> LIES = List.of(
            "drop",
            "drop-block",
            "repeat",
            "sequence-id random 0..255",
            "length random 0..0xffffff",
            "length 0xffffff",
            "flip-bit",
            "flip-data-bit",
            "response-code random 0..255",
            "version random 0..200",
            "type random 0..6",
            "descriptor-length random 0..200",
            "descriptor-length 0xffffffff",
            "state random 0..6",
            "estimate random 0..64t",
            "file-name ./../../outside/x.ibd",
            "file-name t/a.ibd",
            "file-name ./random.ibd",
            "file-index random 0..9",
            "file-index 0xffffffff",
            "offset random 0..4m",
            "offset random 0..512t",
            "data-length random 0..4m",
            "data-length 0xffffffff",
            "file-size random 0..512t",
            "field random 0..80 random 0..0xffffffff",
            "field random 12..80 random 0..20");

    static RandomScript of(int seed) {
        Random random = new Random(seed);
        boolean lies = random.nextBoolean();
        List<String> lines = new ArrayList<>();
        lines.add("seed " + seed);
        int count = 1 + random.nextInt(MAX_FAULTS);
        for (int i = 0; i < count; i++) {
            List<String> actions = lies && random.nextInt(3) > 0 ? LIES : TROUBLES;
            lines.add("on " + pick(CONNECTIONS, random) + " at " + moment(random) + ": " + pick(actions, random));
        }
        return new RandomScript(String.join("\n", lines), lies);
    }

    /** Whether the recipient may wait minutes for a missing answer, or for one that arrives byte by byte. */
    boolean mayTakeLong() {
        return lies || text.contains(": silent") || text.contains(": drip");
    }

    private static String moment(Random random) {
        String every = random.nextInt(8) == 0 ? "every " : "";
        return switch (random.nextInt(9)) {
            case 0, 1, 2 -> "message random 1..50";
            case 3 -> "byte random 0..1m";
            case 4 -> "byte random 0..8k";
            case 5 -> every + "response " + pick(RESPONSES, random);
            case 6 -> random.nextInt(4) == 0 ? every + "keep-alive" : every + "data file_copy number random 1..20";
            default -> every + pick(EVENTS, random) + ' ' + pick(STATES, random);
        };
    }

    private static String pick(List<String> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }
}

package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.List;
import org.jclone.protocol.recording.RecordingPrinter;

/** The argument and the options of {@code jclone inspect}. */
public final class InspectOptions {

    public static final Option<Path> RECORDING = Option.of(
                    Option.Section.OUTPUT,
                    "FILE",
                    "FILE",
                    ValueType.PATH,
                    "The recording, in the .tee.gz format that docs/protocol/README.md describes.")
            .mandatory();

    public static final Option<Long> MAX_PACKETS = Option.of(
                    Option.Section.OUTPUT,
                    "--max-packets",
                    "N",
                    ValueType.integer(0, Integer.MAX_VALUE),
                    "Show data messages among the first N packets of each connection and direction; later ones are"
                            + " counted only.")
            .withDefault((long) RecordingPrinter.Options.defaults().maxPackets());

    public static final Option<Boolean> SHOW_ALL =
            Option.flag(Option.Section.OUTPUT, "--all", "Show all data messages.");

    public static final List<Option<?>> ALL = List.of(RECORDING, MAX_PACKETS, SHOW_ALL);

    private InspectOptions() {}
}

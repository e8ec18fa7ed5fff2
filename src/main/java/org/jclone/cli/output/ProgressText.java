package org.jclone.cli.output;

import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.StageProgress;

/** The progress of the running stage on one line, with or without a bar. */
final class ProgressText {

    private static final int MAX_BAR_WIDTH = 24;

    /** With less room than this there are only numbers, no bar. */
    private static final int MIN_BAR_WIDTH = 8;

    /** The rest of the line, with the longest numbers. The bar gets what is left, so that it keeps its width. */
    private static final int NUMBERS_WIDTH = 84;

    private ProgressText() {}

    /** {@code FILE COPY  [############------------]  52 %  2.10 of 4.00 GiB  812 MiB/s  0:02 left  4 connections}, cut to the width of the terminal. */
    static String bar(CloneProgress progress, CloneStage current, int terminalWidth) {
        StageProgress stage = progress.stage(current);
        StringBuilder text = new StringBuilder(EventText.padded(stage));
        int barWidth = Math.min(MAX_BAR_WIDTH, terminalWidth - NUMBERS_WIDTH);
        if (barWidth >= MIN_BAR_WIDTH) {
            int filled = percent(stage) * barWidth / 100;
            text.append('[')
                    .append("#".repeat(filled))
                    .append("-".repeat(barWidth - filled))
                    .append("]  ");
        }
        text.append(numbers(progress, stage, "  "));
        text.setLength(Math.min(text.length(), terminalWidth));
        return text.toString();
    }

    /** {@code FILE COPY  52 %, 2.10 GiB of 4.00 GiB, 812 MiB/s, 0:02 left, 4 connections}. */
    static String line(CloneProgress progress, CloneStage current) {
        StageProgress stage = progress.stage(current);
        return EventText.padded(stage) + numbers(progress, stage, ", ");
    }

    private static String numbers(CloneProgress progress, StageProgress stage, String separator) {
        StringBuilder text = new StringBuilder();
        if (stage.estimatedBytes() > 0) {
            String percent = String.valueOf(percent(stage));
            text.append(" ".repeat(3 - percent.length()))
                    .append(percent)
                    .append(" %")
                    .append(separator)
                    .append(Units.bytes(stage.dataBytes()))
                    .append(" of ")
                    .append(Units.bytes(Math.max(stage.estimatedBytes(), stage.dataBytes())));
        } else {
            text.append(Units.bytes(stage.dataBytes()));
        }
        text.append(separator).append(Units.bytesPerSecond(progress.dataBytesPerSecond()));
        progress.timeLeft()
                .ifPresent(
                        left -> text.append(separator).append(Units.clock(left)).append(" left"));
        return text.append(separator)
                .append(progress.connections())
                .append(progress.connections() == 1 ? " connection" : " connections")
                .toString();
    }

    /** Whole percent, rounded down. Capped, since the estimate can be too low. */
    private static int percent(StageProgress stage) {
        if (stage.estimatedBytes() <= 0) {
            return 0;
        }
        return (int) Math.min(100, Math.max(0, stage.dataBytes() * 100.0 / stage.estimatedBytes()));
    }
}

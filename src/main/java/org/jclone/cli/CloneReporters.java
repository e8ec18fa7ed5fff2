package org.jclone.cli;

import java.util.ArrayList;
import java.util.List;
import org.jclone.cli.option.OutputOptions;
import org.jclone.cli.option.ProgressStyle;
import org.jclone.cli.output.BarReporter;
import org.jclone.cli.output.JsonReporter;
import org.jclone.cli.output.LineReporter;
import org.jclone.cli.output.Screen;
import org.jclone.cli.output.WarningReporter;
import org.jclone.recipient.api.CloneListener;

/** Makes the listeners that show the events and the progress of a clone as the options say. */
final class CloneReporters {

    private CloneReporters() {}

    static List<CloneListener> of(ProgramContext context, Screen screen, OutputOptions output) {
        List<CloneListener> listeners = new ArrayList<>();
        if (output.isJson()) {
            listeners.add(new JsonReporter(context.out(), System::nanoTime));
        }
        ProgressStyle style = output.progressStyle(context.terminalWidth());
        switch (style) {
            case BAR ->
                listeners.add(new BarReporter(screen, context.terminalWidth().orElse(BarReporter.DEFAULT_WIDTH)));
            case LINES -> listeners.add(new LineReporter(screen, System::nanoTime));
            case NONE, AUTO -> listeners.add(new WarningReporter(screen));
        }
        return listeners;
    }
}

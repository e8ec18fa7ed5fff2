package org.jclone.cli;

import java.util.ArrayList;
import java.util.List;
import org.jclone.cli.log.EventLog;
import org.jclone.cli.log.LogSettings;
import org.jclone.cli.option.Arguments;
import org.jclone.cli.option.FetchOptions;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.option.OutputFormat;
import org.jclone.cli.option.ProgressStyle;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.BarReporter;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.JsonReporter;
import org.jclone.cli.output.LineReporter;
import org.jclone.cli.output.Reporters;
import org.jclone.cli.output.ResultJson;
import org.jclone.cli.output.Screen;
import org.jclone.cli.output.Summary;
import org.jclone.cli.output.WarningReporter;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Password;

/** {@code jclone fetch}: runs one clone, tells of it, and ends with its exit status. */
final class FetchCommand {

    private final ProgramContext context;
    private final Screen screen;

    FetchCommand(ProgramContext context) {
        this.context = context;
        this.screen = new Screen(context.err());
    }

    /** @return the exit status */
    int run(Arguments arguments) throws UsageException {
        try (Password password = new PasswordSource(context, screen::println).read(arguments)) {
            CloneRequest request = FetchSettings.request(arguments, password);
            LogSettings.install(FetchSettings.logLevel(arguments), screen);
            return run(request, arguments);
        }
    }

    private int run(CloneRequest request, Arguments arguments) {
        boolean json = arguments.get(FetchOptions.OUTPUT_FORMAT) == OutputFormat.JSON;
        CloneRecipient recipient = new CloneRecipient(request, listener(arguments, json));
        AbortOnShutdown hook = AbortOnShutdown.arm(recipient);
        try {
            CloneResult result = recipient.run();
            screen.setStatus("");
            printResult(json ? ResultJson.of(result) + "\n" : Summary.of(result));
            return 0;
        } catch (CloneException e) {
            screen.setStatus("");
            if (json) {
                printResult(ErrorReport.json(e) + "\n");
            }
            screen.println(ErrorReport.text(e));
            return e.code().exitStatus();
        } finally {
            hook.disarm();
        }
    }

    private void printResult(String text) {
        context.out().print(text);
        context.out().flush();
    }

    private CloneListener listener(Arguments arguments, boolean json) {
        List<CloneListener> listeners = new ArrayList<>();
        if (json) {
            listeners.add(new JsonReporter(context.out(), System::nanoTime));
        }
        if (FetchSettings.logLevel(arguments).compareTo(LogLevel.INFO) >= 0) {
            listeners.add(new EventLog());
        }
        ProgressStyle style = FetchSettings.progressStyle(arguments, context.terminalWidth());
        switch (style) {
            case BAR ->
                listeners.add(new BarReporter(screen, context.terminalWidth().orElse(BarReporter.DEFAULT_WIDTH)));
            case LINES -> listeners.add(new LineReporter(screen, System::nanoTime));
            case NONE, AUTO -> listeners.add(new WarningReporter(screen));
        }
        return new Reporters(listeners);
    }
}

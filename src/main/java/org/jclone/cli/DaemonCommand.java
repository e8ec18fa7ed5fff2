package org.jclone.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.jclone.cli.defaults.DefaultsEntry;
import org.jclone.cli.log.LogSettings;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.DaemonOptions;
import org.jclone.cli.option.Examples;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.Screen;
import org.jclone.daemon.ConfigurationException;
import org.jclone.daemon.Daemon;
import org.jclone.daemon.DaemonConfiguration;
import org.jclone.daemon.api.ReloadReport;
import org.jclone.daemon.metrics.DaemonMetrics;
import org.jclone.daemon.rest.ApiServer;
import org.jclone.daemon.systemd.ServiceManager;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jclone daemon}: the service that provisions the targets of its configuration. */
@Command(
        name = "daemon",
        customSynopsis = "jclone daemon [OPTION...]",
        descriptionHeading = "%n",
        description =
                "Run as a service: provision the targets of a configuration when ordered to, one run a target, and continue"
                        + " unfinished runs. SIGTERM stops it, and runs continue at the next start; SIGHUP reads the"
                        + " configuration again.",
        preprocessor = ArgumentSpelling.class)
@Examples({
    "# Report all faults of the configuration.",
    "jclone daemon --check-config --config=/etc/jclone/jclone.cnf",
    "# Run until SIGTERM.",
    "jclone daemon --config=/etc/jclone/jclone.cnf"
})
final class DaemonCommand implements Callable<Integer> {

    private final ProgramContext context;
    private final Screen screen;

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration; docs/daemon.md describes it.")
    private Path file = Path.of("/etc/jclone/jclone.cnf");

    @Option(
            names = "--check-config",
            description = "Report all faults of the configuration, with file and line, and do nothing else.")
    private boolean checkConfig;

    @SuppressWarnings("UnusedVariable") // read by its name, see typed()
    @Mixin
    private DaemonOptions options;

    /** What the process is asked to do. */
    private enum Request {
        RELOAD,
        STOP
    }

    DaemonCommand(ProgramContext context) {
        this.context = context;
        this.screen = new Screen(context.err());
    }

    /** @return the exit status */
    @Override
    public Integer call() throws IOException {
        DaemonFile source = new DaemonFile(file, context, typed());
        DaemonConfiguration configuration;
        try {
            configuration = source.read();
        } catch (ConfigurationException e) {
            e.faults().forEach(screen::println);
            screen.println("jclone: " + e.faults().size() + (e.faults().size() == 1 ? " fault" : " faults")
                    + " in the configuration; nothing was changed");
            screen.println("  " + Failure.Daemon.CONFIGURATION.hint());
            return CloneErrorCode.USAGE.exitStatus();
        }
        if (checkConfig) {
            context.out()
                    .print(configuration.file() + " has no faults; targets: "
                            + String.join(
                                    ", ",
                                    configuration.targets().stream()
                                            .map(target -> target.name())
                                            .toList())
                            + "\n");
            return 0;
        }
        LogSettings.install(source.options().logLevel(), screen::printLines);
        return run(configuration, source);
    }

    /** Returns the options of the command line that [daemon] may have, too. */
    private List<DefaultsEntry> typed() {
        List<DefaultsEntry> typed = new ArrayList<>();
        for (OptionSpec option : spec.mixins().get("options").options()) {
            List<String> values = spec.commandLine().getParseResult().hasMatchedOption(option)
                    ? spec.commandLine()
                            .getParseResult()
                            .matchedOption(option.longestName())
                            .stringValues()
                    : List.of();
            values.forEach(value -> typed.add(new DefaultsEntry(
                    "daemon", option.longestName().substring(2), Optional.of(value), "the command line")));
        }
        return typed;
    }

    @SuppressWarnings("try") // the signals are handled as long as the block runs
    private int run(DaemonConfiguration configuration, DaemonFile source) throws IOException {
        Installation.keepOpen();
        ServiceManager manager =
                ServiceManager.of(context.environment(), ProcessHandle.current().pid());
        BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
        try (OsSignal term = OsSignal.handle("TERM", number -> requests.add(Request.STOP));
                OsSignal interrupt = OsSignal.handle("INT", number -> requests.add(Request.STOP));
                OsSignal hangUp = OsSignal.handle("HUP", number -> requests.add(Request.RELOAD));
                Daemon daemon = new Daemon(
                        configuration, source, Jclone.programVersion(), Clock.systemUTC(), System::nanoTime, manager);
                DaemonMetrics metrics = new DaemonMetrics(daemon, Clock.systemUTC());
                ApiServer api = ApiServer.start(
                        source.options().api(context.environment()), daemon, metrics::text, Clock.systemUTC())) {
            daemon.start();
            screen.println("jclone: " + configuration.targets().size() + " targets; ready");
            while (requests.take() == Request.RELOAD) {
                report(daemon.reload("SIGHUP"));
                reload(api);
            }
            screen.println("jclone: stopping; runs continue at the next start");
            return 0;
        } catch (CloneException e) {
            screen.printLines(ErrorReport.text(e));
            return e.code().exitStatus();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CloneErrorCode.ABORTED.exitStatus();
        }
    }

    private void reload(ApiServer api) {
        try {
            api.reload();
        } catch (CloneException e) {
            screen.printLines(ErrorReport.text(e));
            screen.println("reload: tokens and certificates of the API stay as they were");
        }
    }

    private void report(ReloadReport report) {
        report.faults().forEach(screen::println);
        if (!report.applied()) {
            screen.println("jclone: the configuration has faults, and stays as it was");
        }
        report.changes().forEach(text -> screen.println("reload: " + text));
        report.postponed().forEach(text -> screen.println("reload: " + text));
    }
}

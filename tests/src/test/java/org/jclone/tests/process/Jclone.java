package org.jclone.tests.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The program. {@code -Djclone.test.command} names a launcher, which then runs for each command. Without it, a command
 * whose end the test awaits runs in the process of the test, since its start takes more CPU than most commands; what a
 * test starts, signals or traces is the program's main class in a Java process with this class path.
 */
public final class Jclone {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Pattern LOGGING = Pattern.compile("-v+|--verbose|--log-.*");
    private static final String MAIN_CLASS = "org.jclone.cli.Jclone";

    private Jclone() {}

    /** Starts it; passes a password in {@code MYSQL_PWD}. */
    public static RunningCommand start(String password, List<String> arguments) {
        return start(Map.of("MYSQL_PWD", password), arguments);
    }

    /** Runs it under another program, if there is one, and waits for its end. */
    public static CommandResult runUnder(List<String> tool, String password, List<String> arguments) {
        if (tool.isEmpty()) {
            return run(password, arguments);
        }
        List<String> command = new ArrayList<>(tool);
        command.addAll(launcher(arguments));
        command.addAll(arguments);
        return RunningCommand.run(command, Map.of("MYSQL_PWD", password), TIMEOUT);
    }

    /** Starts it with {@code environment} added. */
    public static RunningCommand start(Map<String, String> environment, List<String> arguments) {
        return RunningCommand.start(command(arguments), environment);
    }

    /** Returns the program and its arguments, for callers that start it themselves. */
    public static List<String> command(List<String> arguments) {
        // Tests that run in the background of a shell inherit an ignored SIGINT, and so does the program. The launcher
        // limits the heaps of glibc, too.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP", "MALLOC_ARENA_MAX=2"));
        command.addAll(launcher(arguments));
        command.addAll(arguments);
        return command;
    }

    public static CommandResult run(String password, List<String> arguments) {
        return run(Map.of("MYSQL_PWD", password), arguments);
    }

    /** Runs it with {@code environment} added. */
    public static CommandResult run(Map<String, String> environment, List<String> arguments) {
        return needsAProcess(environment, arguments)
                ? runProcess(environment, arguments)
                : InThisProcess.run(environment, arguments, TIMEOUT);
    }

    /**
     * A donor runs until a signal ends it, keys and Java's own TLS need the optimizing compiler, and the log goes to the
     * standard error of the process.
     */
    private static boolean needsAProcess(Map<String, String> environment, List<String> arguments) {
        return System.getProperty("jclone.test.command") != null
                || environment.containsKey("JAVA_TOOL_OPTIONS")
                || arguments.get(0).equals("donor")
                || arguments.stream()
                        .anyMatch(argument -> LOGGING.matcher(argument).matches())
                || ProgramJvm.encrypts(arguments);
    }

    private static CommandResult runProcess(Map<String, String> environment, List<String> arguments) {
        try (RunningCommand running = start(environment, arguments)) {
            return running.await(TIMEOUT);
        }
    }

    private static List<String> launcher(List<String> arguments) {
        String launcher = System.getProperty("jclone.test.command");
        if (launcher != null) {
            return List.of(launcher);
        }
        List<String> command = new ArrayList<>(ProgramJvm.command(arguments));
        command.add(MAIN_CLASS);
        return command;
    }
}

package org.jclone.tests.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The program as its users run it. {@code -Djclone.test.command} names a launcher; without it the program's main
 * class runs in a Java process with our class path.
 */
public final class Jclone {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String MAIN_CLASS = "org.jclone.cli.Jclone";

    private Jclone() {}

    /** Starts it; a password goes with {@code MYSQL_PWD}. */
    public static RunningCommand start(String password, List<String> arguments) {
        return start(Map.of("MYSQL_PWD", password), arguments);
    }

    /** Runs it to its end under another program. */
    public static CommandResult runUnder(List<String> tool, String password, List<String> arguments) {
        List<String> command = new ArrayList<>(tool);
        command.addAll(launcher());
        command.addAll(arguments);
        return RunningCommand.run(command, Map.of("MYSQL_PWD", password), TIMEOUT);
    }

    private static RunningCommand start(Map<String, String> environment, List<String> arguments) {
        return RunningCommand.start(command(arguments), environment);
    }

    /** The program and its arguments, for what is to start it in a way of its own. */
    public static List<String> command(List<String> arguments) {
        // Whoever runs the tests in the background of a shell made us, and so the program, deaf to Ctrl-C.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
        command.addAll(launcher());
        command.addAll(arguments);
        return command;
    }

    public static CommandResult run(String password, List<String> arguments) {
        return run(Map.of("MYSQL_PWD", password), arguments);
    }

    /** Runs it with {@code environment} added to ours. */
    public static CommandResult run(Map<String, String> environment, List<String> arguments) {
        try (RunningCommand running = start(environment, arguments)) {
            return running.await(TIMEOUT);
        }
    }

    private static List<String> launcher() {
        String launcher = System.getProperty("jclone.test.command");
        if (launcher != null) {
            return List.of(launcher);
        }
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-cp", classPath, MAIN_CLASS);
    }
}

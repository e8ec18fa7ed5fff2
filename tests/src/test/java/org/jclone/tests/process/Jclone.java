package org.jclone.tests.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The program as its users run it. {@code -Djclone.test.command} names a launcher; without it the program's main class
 * runs in a Java process with this class path.
 */
public final class Jclone {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final String MAIN_CLASS = "org.jclone.cli.Jclone";

    private Jclone() {}

    /** Starts it; passes a password in {@code MYSQL_PWD}. */
    public static RunningCommand start(String password, List<String> arguments) {
        return start(Map.of("MYSQL_PWD", password), arguments);
    }

    /** Runs it under another program, and waits for its end. */
    public static CommandResult runUnder(List<String> tool, String password, List<String> arguments) {
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
        // Tests that run in the background of a shell inherit an ignored SIGINT, and so does the program.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
        command.addAll(launcher(arguments));
        command.addAll(arguments);
        return command;
    }

    public static CommandResult run(String password, List<String> arguments) {
        return run(Map.of("MYSQL_PWD", password), arguments);
    }

    /** Runs it with {@code environment} added. */
    public static CommandResult run(Map<String, String> environment, List<String> arguments) {
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

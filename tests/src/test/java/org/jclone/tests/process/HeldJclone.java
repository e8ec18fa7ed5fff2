package org.jclone.tests.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Keeps the process of the program alive after its end, so that its memory can be searched. The test must kill it. */
public final class HeldJclone {

    /** Printed when the program has ended. */
    public static final String HELD = "held at its end";

    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    private HeldJclone() {}

    /** Starts it with the Java options that the launcher uses for encrypted donors. Passes a password in {@code MYSQL_PWD}. */
    public static RunningCommand start(String password, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                JAVA_HOME.resolve("bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xms16m",
                "-Xmx128m",
                "-Xss512k",
                "-XX:MaxDirectMemorySize=640m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                HeldJclone.class.getName()));
        command.addAll(arguments);
        return RunningCommand.start(command, Map.of("MYSQL_PWD", password));
    }

    /** Makes the process dump all reachable objects to a file. */
    public static CommandResult dumpHeap(RunningCommand held, Path file) {
        List<String> command = List.of(
                JAVA_HOME.resolve("bin/jcmd").toString(), Long.toString(held.pid()), "GC.heap_dump", file.toString());
        return RunningCommand.run(command, Map.of(), Duration.ofSeconds(30));
    }

    public static void main(String... arguments) {
        Runtime.getRuntime().addShutdownHook(new Thread(HeldJclone::hold));
        org.jclone.cli.Jclone.main(arguments); // qualified, because this package has a class of the same name
    }

    private static void hold() {
        System.out.println(HELD);
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package org.jclone.tests.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The Java of the program in tests, with the options of its launcher. With an archive of loaded classes, as the launcher
 * makes one, a start takes a third of the CPU.
 */
final class ProgramJvm {

    private static final Path HOME = Path.of(System.getProperty("java.home"));
    private static final Path JAVA = HOME.resolve("bin/java");
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** What may make Java itself encrypt or decrypt, which only code of the optimizing compiler does fast. */
    private static final List<String> ENCRYPTING = List.of("--keyring-file", "--tls-ciphersuites");

    private static final String CLASS_PATH = classPath();
    private static final List<String> ARCHIVE = archive();

    private ProgramJvm() {}

    /** Returns the command, without the main class and its arguments. */
    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(JAVA.toString());
        command.addAll(ARCHIVE);
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=" + (encrypts(arguments) ? 4 : 1),
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xms16m",
                "-Xmx128m",
                "-Xss512k",
                "-XX:MaxDirectMemorySize=640m",
                "-XX:ReservedCodeCacheSize=32m",
                "-Dslf4j.internal.verbosity=WARN",
                "-Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider",
                "-Dio.netty.leakDetection.level=disabled",
                "-Dio.netty.jfr.enabled=false",
                "-Dio.netty.machineId=00:00:00:00:00:00:00:00",
                "-cp",
                CLASS_PATH));
        return command;
    }

    static boolean encrypts(List<String> arguments) {
        return arguments.stream()
                .anyMatch(argument -> ENCRYPTING.stream().anyMatch(option -> argument.startsWith(option)));
    }

    /** The class path of the tests. Without folders, such as that of the test classes, if the program is in jars. */
    private static String classPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> jars = Stream.of(all.split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .toList();
        boolean inJars = jars.stream().anyMatch(jar -> jar.contains("clone-recipient"));
        return inJars ? String.join(File.pathSeparator, jars) : all;
    }

    /** Makes an archive; Java takes none for classes in folders. */
    private static List<String> archive() {
        Path classes = Path.of("../src/main/dist/jclone.classlist");
        if (!Stream.of(CLASS_PATH.split(File.pathSeparator)).allMatch(entry -> entry.endsWith(".jar"))
                || !Files.isReadable(classes)) {
            return List.of();
        }
        try {
            Path folder = Files.createTempDirectory("jclone-cds");
            Path list = folder.resolve("classes");
            Path archive = folder.resolve("archive");
            folder.toFile().deleteOnExit(); // in reverse order, so the folder last
            list.toFile().deleteOnExit();
            archive.toFile().deleteOnExit();
            Files.write(list, Files.readAllBytes(HOME.resolve("lib/classlist")));
            Files.write(list, Files.readAllBytes(classes), StandardOpenOption.APPEND);
            CommandResult made = RunningCommand.run(
                    List.of(
                            JAVA.toString(),
                            "-Xshare:dump",
                            "-XX:SharedClassListFile=" + list,
                            "-XX:SharedArchiveFile=" + archive,
                            "-XX:+UseSerialGC",
                            "-Xlog:disable",
                            "-cp",
                            CLASS_PATH),
                    Map.of(),
                    TIMEOUT);
            return made.succeeded()
                    ? List.of(
                            "-XX:SharedArchiveFile=" + archive,
                            "-Xshare:auto",
                            "-Xlog:disable",
                            "-Xlog:all=error:stderr")
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package org.jclone.tests.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jclone.tests.server.Workspace;

/**
 * The Java of the program in tests, with the options of its launcher. With an archive of loaded classes, as the launcher
 * makes one, a start takes a third of the CPU.
 */
final class ProgramJvm {

    private static final Path HOME = Path.of(System.getProperty("java.home"));
    private static final Path JAVA = HOME.resolve("bin/java");
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private static final List<String> FIRST_COMPILER = List.of("-XX:TieredStopAtLevel=1");
    private static final List<String> BOTH_COMPILERS = List.of("-XX:TieredStopAtLevel=4");

    private static final List<String> OPTIMIZED_CIPHER = List.of(
            "-XX:TieredStopAtLevel=4",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=CompileThresholdScaling,com/sun/crypto/provider/CipherBlockChaining.decrypt,0.00002",
            "-XX:Tier4InvocationThreshold=5000000",
            "-XX:Tier4MinInvocationThreshold=600000",
            "-XX:Tier4CompileThreshold=15000000",
            "-XX:Tier4BackEdgeThreshold=40000000");

    private static final String CLASS_PATH = classPath();
    private static final List<String> ARCHIVE = archive();

    private ProgramJvm() {}

    /** Returns the command, without the main class and its arguments. */
    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(JAVA.toString());
        command.addAll(ARCHIVE);
        command.addAll(compiler(arguments));
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xms16m",
                "-Xmx128m",
                "-Xss512k",
                "-XX:MaxDirectMemorySize=640m",
                "-XX:ReservedCodeCacheSize=32m",
                "-Dslf4j.internal.verbosity=WARN",
                "-Dslf4j.provider=org.jclone.cli.log.LogProvider",
                "-Dio.netty.leakDetection.level=disabled",
                "-Dio.netty.jfr.enabled=false",
                "-Dio.netty.machineId=00:00:00:00:00:00:00:00",
                "-cp",
                CLASS_PATH));
        return command;
    }

    /** Whether Java itself encrypts or decrypts, which only code of the optimizing compiler does fast. */
    static boolean encrypts(List<String> arguments) {
        return !compiler(arguments).equals(FIRST_COMPILER);
    }

    private static List<String> compiler(List<String> arguments) {
        if (hasOption(arguments, "--tls-ciphersuites")) {
            return BOTH_COMPILERS;
        }
        boolean keys = hasOption(arguments, "--keyring-file") || hasOption(arguments, "--wrap-keys-");
        return keys ? OPTIMIZED_CIPHER : FIRST_COMPILER;
    }

    private static boolean hasOption(List<String> arguments, String option) {
        return arguments.stream().anyMatch(argument -> argument.startsWith(option));
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

    /** Makes an archive, or uses that of another process of the tests. Java takes none for classes in folders. */
    private static List<String> archive() {
        Path classes = Path.of("../src/main/dist/jclone.classlist");
        if (!Stream.of(CLASS_PATH.split(File.pathSeparator)).allMatch(entry -> entry.endsWith(".jar"))
                || !Files.isReadable(classes)) {
            return List.of();
        }
        try {
            Path folder = folder();
            Path archive = folder.resolve("program-" + state() + ".jsa");
            try (FileChannel lock = FileChannel.open(
                            folder.resolve("program.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = lock.lock()) {
                return held.isValid() && (Files.exists(archive) || isMade(archive, classes))
                        ? List.of(
                                "-XX:SharedArchiveFile=" + archive,
                                "-Xshare:auto",
                                "-Xlog:disable",
                                "-Xlog:all=error:stderr")
                        : List.of();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder that the processes of the tests share, or one of this process. */
    private static Path folder() throws IOException {
        String shared = System.getProperty("jclone.test.templates");
        if (shared != null) {
            return Files.createDirectories(Path.of(shared));
        }
        Path own = Files.createTempDirectory("jclone-cds");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Workspace.delete(own)));
        return own;
    }

    /** A number that changes with the jars, since Java refuses an archive of others. */
    private static String state() throws IOException {
        StringBuilder state = new StringBuilder();
        for (String jar : CLASS_PATH.split(File.pathSeparator)) {
            state.append(jar).append(Files.getLastModifiedTime(Path.of(jar)));
        }
        return Integer.toHexString(state.toString().hashCode());
    }

    private static boolean isMade(Path archive, Path classes) throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(archive.getParent(), "program-*.jsa")) {
            for (Path each : old) {
                Files.delete(each);
            }
        }
        Path list = archive.resolveSibling("program.classes");
        Path unfinished = archive.resolveSibling("program.unfinished");
        Files.write(list, Files.readAllBytes(HOME.resolve("lib/classlist")));
        Files.write(list, Files.readAllBytes(classes), StandardOpenOption.APPEND);
        CommandResult made = RunningCommand.run(
                List.of(
                        JAVA.toString(),
                        "-Xshare:dump",
                        "-XX:SharedClassListFile=" + list,
                        "-XX:SharedArchiveFile=" + unfinished,
                        "-XX:+UseSerialGC",
                        "-Xlog:disable",
                        "-cp",
                        CLASS_PATH),
                Map.of(),
                TIMEOUT);
        if (!made.succeeded()) {
            return false;
        }
        Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }
}
